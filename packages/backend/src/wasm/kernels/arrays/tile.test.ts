import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { it } from 'vitest';
import { expectParity } from '../../fixtures/parity.js';
import { dtypes, property, shapes, values } from './fixtures/arrays.js';

it('tile and broadcastTo are those of the cpu engine', () =>
  property(
    fc.asyncProperty(shapes, dtypes, fc.infiniteStream(fc.nat({ max: 2 })), async (shape, dtype, numbers) => {
      const reps = shape.map(() => 1 + (numbers.next().value as number));
      await expectParity((x) => tf.tile(x, reps), [values(shape, dtype)], 0);
      const ones = shape.map((length, axis) => (reps[axis]! > 1 ? 1 : length));
      await expectParity((x) => tf.broadcastTo(x, shape), [values(ones, dtype)], 0);
    }) as never,
  ));
