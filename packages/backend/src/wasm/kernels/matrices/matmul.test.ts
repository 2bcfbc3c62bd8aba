import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectGradients, expectParity, uniform } from '../../fixtures/parity.js';

const size = fc.integer({ min: 1, max: 40 });
const batches: [number[], number[]][] = [
  [[], []],
  [[1], [1]],
  [[3], [3]],
  [
    [2, 3],
    [2, 3],
  ],
  [[4], [1]],
  [[1], [4]],
];

describe('matMul on wasm', () => {
  it('is that of the cpu engine, transposed or not, for one matrix and for many', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(size, size, size),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(...batches),
        async ([rows, inner, columns], transposeA, transposeB, [aBatch, bBatch]) => {
          const a = uniform([...aBatch, ...(transposeA ? [inner, rows] : [rows, inner])], 1);
          const b = uniform([...bBatch, ...(transposeB ? [columns, inner] : [inner, columns])], 2);
          await expectParity((x, y) => tf.matMul(x, y, transposeA, transposeB), [a, b], 1e-5);
        },
      ),
      { numRuns: 80, seed: 7 },
    ));

  it('is that of the cpu engine for more rows and terms than one block', () =>
    expectParity(
      (a, b) => tf.matMul(a, b, true, true),
      [uniform([600, 130], 1), uniform([17, 600], 2)],
      1e-5,
    ));

  it('has its numerical gradient', async () => {
    for (const [ta, tb] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const a = uniform(ta ? [2, 4, 3] : [2, 3, 4], 1);
      const b = uniform(tb ? [2, 5, 4] : [2, 4, 5], 2);
      await expectGradients((x, y) => tf.matMul(x, y, ta, tb), [a, b]);
    }
  });

  it('with bias and activation, fused, is that of the cpu engine', async () => {
    for (const transposeA of [false, true])
      for (const transposeB of [false, true])
        for (const activation of ['linear', 'relu', 'sigmoid'] as const) {
          const a = uniform(transposeA ? [6, 4] : [4, 6], 1);
          const b = uniform(transposeB ? [5, 6] : [6, 5], 2);
          await expectParity(
            (x, y, bias) =>
              tf.fused.matMul({
                a: x as tf.Tensor2D,
                b: y as tf.Tensor2D,
                transposeA,
                transposeB,
                bias,
                activation,
              }),
            [a, b, uniform([5], 3)],
            1e-5,
          );
        }
  });
});
