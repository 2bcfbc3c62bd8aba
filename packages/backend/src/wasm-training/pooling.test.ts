import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectGradients, expectParity, type Op, uniform } from './fixtures/parity.js';

type Size = [number, number];
const small = fc.integer({ min: 1, max: 3 });
const pools = fc.record({
  shape: fc.tuple(small, fc.integer({ min: 4, max: 9 }), fc.integer({ min: 4, max: 9 }), small),
  size: fc.tuple(small, small) as fc.Arbitrary<Size>,
  strides: fc.tuple(small, small) as fc.Arbitrary<Size>,
  pad: fc.constantFrom('valid' as const, 'same' as const),
});

const gradient =
  (op: Op): Op =>
  (x) =>
    tf.grad((input) => tf.square(op(input)))(x!);

describe('pooling on wasm, of random shapes, sizes and strides', () => {
  it('maxPool has the gradient of the cpu engine', () =>
    fc.assert(
      fc.asyncProperty(pools, ({ shape, size, strides, pad }) =>
        expectParity(
          gradient((x) => tf.maxPool(x as tf.Tensor4D, size, strides, pad)),
          [uniform(shape, 1)],
        ),
      ),
      { numRuns: 60, seed: 17 },
    ));

  it('avgPool without padding has the gradient of the cpu engine', () =>
    fc.assert(
      fc.asyncProperty(pools, ({ shape, size, strides }) =>
        expectParity(
          gradient((x) => tf.avgPool(x as tf.Tensor4D, size, strides, 'valid')),
          [uniform(shape, 1)],
        ),
      ),
      { numRuns: 60, seed: 17 },
    ));

  it('avgPool has its numerical gradient, at a padded border too', async () => {
    for (const [size, strides] of [
      [2, 2],
      [3, 1],
      [3, 2],
    ] as const)
      await expectGradients(
        (x) => tf.avgPool(x as tf.Tensor4D, size, strides, 'same'),
        [uniform([1, 5, 4, 2], 1)],
      );
  });
});

describe('pooling of volumes on wasm', () => {
  const negative = {
    ...uniform([2, 4, 5, 4, 2], 1),
    data: uniform([2, 4, 5, 4, 2], 1).data.map((value) => value - 0.7),
  };

  it('maxPool3d is that of the cpu engine where all is negative too, and so is its gradient', async () => {
    const pool =
      (
        size: number | [number, number, number],
        strides: number | [number, number, number],
        pad: 'same' | 'valid',
      ): Op =>
      (x) =>
        tf.maxPool3d(x as tf.Tensor5D, size, strides, pad);
    for (const op of [pool(2, 2, 'valid'), pool(3, 1, 'same')]) {
      await expectParity(op, [negative]);
      await expectParity(gradient(op), [negative]);
    }
    // Of a window that is no cube the cpu engine has the forward pass right.
    const box = pool([1, 2, 3], [2, 2, 1], 'valid');
    await expectParity(box, [negative]);
    await expectGradients(box, [negative]);
  });

  it('avgPool3d is that of the cpu engine and has its numerical gradient, at a padded border too', async () => {
    for (const pad of ['valid', 'same'] as const) {
      const op: Op = (x) => tf.avgPool3d(x as tf.Tensor5D, 2, 2, pad);
      await expectParity(op, [negative]);
      await expectGradients(op, [negative]);
    }
  });
});

describe('resizing on wasm', () => {
  const modes = [
    [false, false],
    [true, false],
    [false, true],
  ] as const;
  const sizes: Size[] = [
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
