import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { expectGradients, expectParity, type Op, uniform } from '../../fixtures/parity.js';
import { expectCpuGradient, expectDefinition } from './fixtures/cases.js';

it('the gradient of conv2d by its input is that of its definition', () => expectDefinition('conv2d', 0));

it('without dilation it is that of the cpu engine', () => expectCpuGradient('conv2d', 0));

it('conv2dTranspose is that of the cpu engine, and has its numerical gradient', async () => {
  const transposed =
    (strides: number): Op =>
    (x, filter) =>
      tf.conv2dTranspose(
        x as tf.Tensor4D,
        filter as tf.Tensor4D,
        [2, 7 * strides, 5 * strides, 3],
        strides,
        'same',
      );
  for (const strides of [1, 2, 3])
    for (const size of [2, 3]) {
      const inputs = [uniform([2, 7, 5, 4], 1), uniform([size, size, 3, 4], 2)];
      await expectParity(transposed(strides), inputs, 1e-5);
      await expectGradients(transposed(strides), inputs);
    }
});
