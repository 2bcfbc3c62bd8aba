import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { it } from 'vitest';
import { expectParity, integers, uniform } from '../../fixtures/parity.js';

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
