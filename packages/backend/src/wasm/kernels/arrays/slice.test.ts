import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { it } from 'vitest';
import { expectParity, uniform } from '../../fixtures/parity.js';
import { dtypes, property, shapes, values } from './fixtures/arrays.js';

it('slice is that of the cpu engine', () =>
  property(
    fc.asyncProperty(shapes, dtypes, fc.infiniteStream(fc.nat({ max: 5 })), async (shape, dtype, numbers) => {
      const next = (below: number) => (numbers.next().value as number) % below;
      const begin = shape.map(next);
      const size = shape.map((length, axis) => 1 + next(length - begin[axis]!));
      await expectParity((x) => tf.slice(x, begin, size), [values(shape, dtype)], 0);
    }) as never,
  ));

it('slices of nothing and of long runs are those of the cpu engine', async () => {
  await expectParity((x) => tf.slice(x, [1, 2], [0, 3]), [uniform([4, 6], 1)], 0);
  await expectParity((x) => tf.slice(x, [1, 0, 5], [2, 3, 150]), [uniform([4, 3, 200], 1)], 0);
});
