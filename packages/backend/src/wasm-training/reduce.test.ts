import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compute,
  expectClose,
  expectGradients,
  expectParity,
  integers,
  type Op,
  uniform,
} from './fixtures/parity.js';

describe('sums and elementwise products on wasm', () => {
  it('sum and mean over any axes are those of the cpu engine', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        fc.nat({ max: 15 }),
        fc.boolean(),
        async (shape, mask, keepDims) => {
          const axes = shape.flatMap((_, axis) => ((mask >> axis) & 1 ? [axis] : []));
          await expectParity((x) => tf.sum(x, axes, keepDims), [uniform(shape, 1)], 1e-5);
          await expectParity((x) => tf.mean(x, axes, keepDims), [uniform(shape, 1)], 1e-5);
          await expectParity((x) => tf.sum(x, axes, keepDims), [integers(shape, 1, 9)], 0);
        },
      ),
      { numRuns: 80, seed: 3 },
    ));

  it('the sum of a million numbers keeps its digits, summed in blocks', async () => {
    const million = await compute('wasm', () => tf.sum(tf.fill([500_000, 2], 0.1), 0), []);
    for (const sum of million.data) expect(Math.abs(sum / 50_000 - 1)).toBeLessThan(2e-5);
  });

  it('sum and mean have their numerical gradient', async () => {
    for (const axes of [[0], [1, 2], [0, 2], [2], [0, 1, 2]]) {
      await expectGradients((x) => tf.sum(x, axes), [uniform([3, 4, 5], 1)]);
      await expectGradients((x) => tf.mean(x, axes, true), [uniform([3, 4, 5], 1)]);
    }
  });

  it('add, sub, mul and div broadcast as on the cpu engine', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
        fc.nat({ max: 4 }),
        fc.nat({ max: 15 }),
        fc.boolean(),
        async (shape, drop, mask, swap) => {
          const short = shape
            .map((length, axis) => ((mask >> axis) & 1 ? 1 : length))
            .slice(drop % shape.length);
          const [a, b] = [uniform(shape, 1), uniform(short, 2)];
          for (const op of [tf.add, tf.sub, tf.mul, tf.div] as const)
            await expectParity(
              (x, y) => (swap ? op(y, x) : op(x, y)),
              [a, { ...b, data: b.data.map((v) => v + 2) }],
            );
          await expectParity((x, y) => tf.add(x, y), [integers(shape, 1, 9), integers(short, 2, 9)], 0);
        },
      ),
      { numRuns: 80, seed: 5 },
    ));

  it('a channel is scaled and shifted as on the cpu engine when there are many pixels', async () => {
    for (const channels of [2, 3, 16, 2049]) {
      await expectParity((x, y) => tf.mul(x, y), [uniform([2, 5, 7, channels], 1), uniform([channels], 2)]);
      await expectParity(
        (x, y) => tf.sub(y, x),
        [uniform([2, 5, 7, channels], 1), uniform([1, 1, 1, channels], 2)],
      );
    }
  });
});

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
