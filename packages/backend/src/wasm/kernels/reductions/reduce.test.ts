import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compute, expectGradients, expectParity, integers, uniform } from '../../fixtures/parity.js';

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
