import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { it } from 'vitest';
import { expectGradients, expectParity, type Op, uniform } from '../../fixtures/parity.js';
import { gradient, negative, pools } from './fixtures/pools.js';

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

it('avgPool3d is that of the cpu engine and has its numerical gradient, at a padded border too', async () => {
  for (const pad of ['valid', 'same'] as const) {
    const op: Op = (x) => tf.avgPool3d(x as tf.Tensor5D, 2, 2, pad);
    await expectParity(op, [negative]);
    await expectGradients(op, [negative]);
  }
});
