import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  compute,
  expectGradients,
  expectParity,
  integers,
  uniform,
  type Values,
} from '../../fixtures/parity.js';

it('gather is that of the cpu engine, along any axis and by batches', async () => {
  const x = uniform([3, 5, 4, 2], 1);
  for (const axis of [0, 1, 2, 3]) {
    const indices = integers([2, 3], 2, x.shape[axis]!);
    await expectParity((data, at) => tf.gather(data, at, axis), [x, indices], 0);
  }
  await expectParity((data, at) => tf.gather(data, at, 1, 1), [x, integers([3, 7], 3, 5)], 0);
  await expectParity((data, at) => tf.gather(data, at, 2, 1), [x, integers([3, 2], 3, 4)], 0);
  await expectParity((data, at) => tf.gather(data, at), [uniform([7, 100], 1), integers([9], 3, 7)], 0);
});

it('gather refuses an index out of range by name', async () => {
  const outside: Values = { shape: [2], data: [1, 7], dtype: 'int32' };
  await expect(compute('wasm', (x, at) => tf.gather(x, at), [uniform([7, 2], 1), outside])).rejects.toThrow(
    'gather: indices[1] is 7, expected a number in [0, 7)',
  );
});

it('gather sends its gradient back to where each row came from', () =>
  expectGradients((x, at) => tf.gather(x, at), [uniform([5, 3], 1), integers([8], 2, 5)]));
