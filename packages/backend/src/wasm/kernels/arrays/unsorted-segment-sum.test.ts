import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compute, expectGradients, expectParity, integers, type Values } from '../../fixtures/parity.js';

it('unsortedSegmentSum sums the rows of each segment and drops ids that are none', async () => {
  const ids: Values = { shape: [6], data: [2, 0, -1, 2, 9, 1], dtype: 'int32' };
  const x: Values = { shape: [6, 2], data: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] };
  const sums = await compute('wasm', (data, at) => tf.unsortedSegmentSum(data, at as tf.Tensor1D, 4), [
    x,
    ids,
  ]);
  expect(sums).toEqual({ shape: [4, 2], data: [3, 4, 11, 12, 8, 10, 0, 0] });
  const inside = integers([6], 5, 4);
  await expectParity((data, at) => tf.unsortedSegmentSum(data, at as tf.Tensor1D, 4), [x, inside]);
  await expectGradients((data, at) => tf.unsortedSegmentSum(data, at as tf.Tensor1D, 4), [x, inside]);
});
