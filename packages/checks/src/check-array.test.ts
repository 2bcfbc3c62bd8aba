import { expect, test } from 'vitest';
import { checkList, checkNumbers, checkShape, checkValues } from './check-array.js';

const detached = new Uint8Array(4);
structuredClone(detached.buffer, { transfer: [detached.buffer] });

test.each([
  [[1, 0]],
  [new Uint8Array(2)],
  [new Float64Array(2)],
  [new Uint8Array(new SharedArrayBuffer(2))],
  [Buffer.from([0, 1, 1]).subarray(1)],
])('%o is an array of numbers', (array) => {
  checkNumbers('f', 'mask', array, { length: 2 });
});

test.each([
  [null, 'f: mask is null, expected an array of numbers'],
  ['10', 'f: mask is "10", expected an array of numbers'],
  [{ length: 2, 0: 1, 1: 0 }, 'f: mask is an object, expected an array of numbers'],
  [new BigInt64Array(2), 'f: mask is BigInt64Array of 2, expected an array of numbers'],
  [new DataView(new ArrayBuffer(8)), 'f: mask is a DataView, expected an array of numbers'],
  [new Set([1]), 'f: mask is a Set, expected an array of numbers'],
  [[true, false], 'f: mask[0] is true, expected a number'],
  [[undefined, 1], 'f: mask[0] is undefined, expected a number'],
])('refuses %o as another kind of thing', (array, message) => {
  expect(() => checkNumbers('f', 'mask', array)).toThrow(new TypeError(message));
});

test('refuses another length', () => {
  expect(() => checkNumbers('f', 'mask', [])).toThrow(
    new RangeError('f: mask is empty, expected at least one value'),
  );
  expect(() => checkNumbers('f', 'mask', detached)).toThrow(RangeError);
  expect(() => checkNumbers('f', 'mask', [1], { length: 2 })).toThrow(
    new RangeError('f: mask has 1 values, expected 2'),
  );
  checkNumbers('f', 'mask', [], { empty: true });
});

test('names the value that is not finite', () => {
  checkValues('f', 'scores', [1, 0, -0]);
  expect(() => checkValues('f', 'scores', [1, Number.NaN])).toThrow(
    new RangeError('f: scores[1] is NaN, expected a finite number'),
  );
  expect(() => checkValues('f', 'scores', [1, null as unknown as number])).toThrow(
    new TypeError('f: scores[1] is null, expected a finite number'),
  );
  expect(() => checkValues('f', 'scores', new Array<number>(3))).toThrow(TypeError);
  expect(() => checkValues('f', 'scores', [1, Number.NEGATIVE_INFINITY])).toThrow(RangeError);
});

test('names the value that is out of range', () => {
  checkValues('f', 'shares', [0, 0.5, 1], 0, 1);
  expect(() => checkValues('f', 'shares', [0, 1.5], 0, 1)).toThrow(
    new RangeError('f: shares[1] is 1.5, expected a number from 0 to 1'),
  );
  expect(() => checkValues('f', 'weights', [-1], 0)).toThrow(
    new RangeError('f: weights[0] is -1, expected a finite number of at least 0'),
  );
  expect(() => checkValues('f', 'weights', [Number.POSITIVE_INFINITY], 0)).toThrow(RangeError);
});

test('a shape is positive integers with the right product', () => {
  checkShape('f', 'shape', [2, 3], 6);
  expect(() => checkShape('f', 'shape', 6)).toThrow(TypeError);
  expect(() => checkShape('f', 'shape', [])).toThrow(
    new RangeError('f: shape is empty, expected an array of positive integers'),
  );
  expect(() => checkShape('f', 'shape', [-2, -3], 6)).toThrow(
    new RangeError('f: shape[0] is -2, expected a positive integer'),
  );
  expect(() => checkShape('f', 'shape', [2, 2.5], 5)).toThrow(RangeError);
  expect(() => checkShape('f', 'shape', [2, 3], 7)).toThrow(
    new RangeError('f: shape is 2 × 3, expected a product of 7'),
  );
});

test('a list is an array that is not empty, and each of its values is looked at, holes too', () => {
  const seen: unknown[] = [];
  checkList('f', 'labels', new Array(2), 'an array of integers', (...each) => void seen.push(each));
  expect(seen).toEqual([
    ['labels[0]', undefined, 0],
    ['labels[1]', undefined, 1],
  ]);
  expect(() => checkList('f', 'labels', 'ab', 'an array of integers', () => {})).toThrow(
    new TypeError('f: labels is "ab", expected an array of integers'),
  );
  expect(() => checkList('f', 'labels', [], 'an array of integers', () => {})).toThrow(
    new RangeError('f: labels is empty, expected an array of integers'),
  );
});
