import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { it } from 'vitest';
import { expectParity } from '../../fixtures/parity.js';
import { dtypes, property, shapes, values } from './fixtures/arrays.js';

it('pad is that of the cpu engine', () =>
  property(
    fc.asyncProperty(
      shapes,
      dtypes,
      fc.infiniteStream(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 }))),
      fc.constantFrom(0, 1),
      async (shape, dtype, pairs, constant) => {
        const paddings = shape.map(() => pairs.next().value as [number, number]);
        await expectParity((x) => tf.pad(x, paddings, constant), [values(shape, dtype)], 0);
      },
    ) as never,
  ));
