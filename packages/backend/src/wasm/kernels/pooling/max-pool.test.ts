import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { it } from 'vitest';
import { expectGradients, expectParity, type Op, uniform } from '../../fixtures/parity.js';
import { gradient, negative, pools } from './fixtures/pools.js';

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
