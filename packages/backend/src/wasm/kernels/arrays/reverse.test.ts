import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { it } from 'vitest';
import { expectParity } from '../../fixtures/parity.js';
import { dtypes, property, shapes, values } from './fixtures/arrays.js';

it('reverse is that of the cpu engine', () =>
  property(
    fc.asyncProperty(shapes, dtypes, fc.nat({ max: 31 }), async (shape, dtype, mask) => {
      const axes = shape.flatMap((_, axis) => ((mask >> axis) & 1 ? [axis] : []));
      if (axes.length) await expectParity((x) => tf.reverse(x, axes), [values(shape, dtype)], 0);
    }) as never,
  ));
