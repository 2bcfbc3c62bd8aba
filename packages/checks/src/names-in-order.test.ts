import { expect, it } from 'vitest';
import { namesInOrder } from './names-in-order.js';

it('takes names in the order given', () => {
  expect(namesInOrder('f', 'structures', ['disc', 'cup'], ['cup', 'disc'])).toEqual(['disc', 'cup']);
});

it('takes the only name there is', () => {
  expect(namesInOrder('f', 'structures', undefined, ['lesion'])).toEqual(['lesion']);
  expect(namesInOrder('f', 'structures', undefined, [])).toEqual([]);
});

it('does not guess the order of several', () => {
  expect(() => namesInOrder('f', 'structures', undefined, ['disc', 'cup'])).toThrow(
    new TypeError(
      "f: structures is missing, expected structures: ['disc', 'cup'], in the order of the network's channels",
    ),
  );
});
