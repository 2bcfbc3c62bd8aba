import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import {
  compute,
  expectClose,
  expectGradients,
  expectParity,
  type Op,
  uniform,
} from '../../fixtures/parity.js';

describe('batch normalisation on wasm', () => {
  const inputs = [
    uniform([3, 4, 5, 6], 1),
    uniform([6], 2),
    uniform([6], 3),
    uniform([6], 4),
    uniform([6], 5),
  ];
  inputs[2] = { ...inputs[2]!, data: inputs[2]!.data.map((value) => value + 1.5) };

  it('is that of the cpu engine, with and without scale and offset', async () => {
    await expectParity(
      (x, m, v, o, s) =>
        tf.batchNorm(x!, m as tf.Tensor1D, v as tf.Tensor1D, o as tf.Tensor1D, s as tf.Tensor1D),
      inputs,
    );
    await expectParity((x, m, v) => tf.batchNorm(x!, m as tf.Tensor1D, v as tf.Tensor1D), inputs.slice(0, 3));
    await expectParity(
      (x, m, v) => tf.batchNorm(x!, m!, v!),
      [inputs[0]!, inputs[0]!, { ...inputs[0]!, data: inputs[0]!.data.map((value) => value + 2) }],
    );
  });

  it('has its numerical gradient by every input', () =>
    expectGradients(
      (x, m, v, o, s) =>
        tf.batchNorm(x!, m as tf.Tensor1D, v as tf.Tensor1D, o as tf.Tensor1D, s as tf.Tensor1D),
      inputs,
    ));

  it('has its numerical gradient for statistics of another axis than the channels, or of each number', async () => {
    const x = uniform([2, 5, 3], 1);
    for (const shape of [
      [1, 5, 1],
      [2, 5, 3],
    ]) {
      const statistics = [2, 3, 4, 5].map((seed) => uniform(shape, seed));
      statistics[1] = { ...statistics[1]!, data: statistics[1]!.data.map((value) => value + 1.5) };
      const norm: Op = (t, m, v, o, s) => tf.batchNorm(t!, m!, v!, o!, s!);
      const formula: Op = (t, m, v, o, s) =>
        tf.add(tf.mul(tf.div(tf.sub(t!, m!), tf.sqrt(tf.add(v!, 1e-3))), s!), o!);
      const expected = await compute('cpu', formula, [x, ...statistics]);
      expectClose(await compute('wasm', norm, [x, ...statistics]), expected, 1e-5);
      await expectGradients(norm, [x, ...statistics], 'wasm');
    }
  });

  it('with the moments of the batch, as layers train it, has its numerical gradient', () =>
    expectGradients(
      (x, o, s) => {
        const { mean, variance } = tf.moments(x!, [0, 1, 2]);
        return tf.batchNorm(
          x!,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          o as tf.Tensor1D,
          s as tf.Tensor1D,
        );
      },
      [uniform([2, 3, 2, 3], 1), uniform([3], 4), uniform([3], 5)],
    ));
});
