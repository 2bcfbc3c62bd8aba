import * as tf from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { expectGradients, uniform } from '../../fixtures/parity.js';

describe('resizing on wasm', () => {
  const modes = [
    [false, false],
    [true, false],
    [false, true],
  ] as const;
  const sizes: [number, number][] = [
    [8, 6],
    [3, 7],
    [4, 3],
    [1, 1],
    [9, 9],
  ];

  it('by nearest neighbour has its numerical gradient', async () => {
    for (const [align, half] of modes)
      for (const size of sizes)
        await expectGradients(
          (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, size, align, half),
          [uniform([2, 4, 3, 2], 1)],
        );
  });

  it('bilinear has its numerical gradient', async () => {
    for (const [align, half] of modes)
      for (const size of sizes)
        await expectGradients(
          (x) => tf.image.resizeBilinear(x as tf.Tensor4D, size, align, half),
          [uniform([2, 4, 3, 2], 1)],
        );
  });
});
