import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { useBackend } from '../../../engines/use-backend.js';
import { expectParity } from '../../fixtures/parity.js';
import { dtypes, property, shapes, values } from './fixtures/arrays.js';

it('split, concat, stack and unstack are those of the cpu engine', () =>
  property(
    fc.asyncProperty(
      shapes,
      dtypes,
      fc.nat(),
      fc.integer({ min: 1, max: 3 }),
      async (shape, dtype, any, parts) => {
        const axis = any % shape.length;
        const whole = shape.map((length, i) => (i === axis ? length * parts : length));
        for (let i = 0; i < parts; i++)
          await expectParity((x) => tf.split(x, parts, axis)[i]!, [values(whole, dtype)], 0);
        await expectParity(
          (x, y, z) => tf.concat([x!, y!, z!], axis),
          [values(shape, dtype), values(whole, dtype), values(shape, dtype)],
          0,
        );
        for (const at of [axis, shape.length, -1 - axis])
          await expectParity(
            (x, y) => tf.stack([x!, y!], at),
            [values(shape, dtype), values(shape, dtype)],
            0,
          );
        for (const at of [axis, axis - shape.length])
          for (let i = 0; i < whole[axis]!; i++)
            await expectParity((x) => tf.unstack(x!, at)[i]!, [values(whole, dtype)], 0);
      },
    ) as never,
  ));

it('stack refuses other types, which lie in memory as other numbers, and other shapes', async () => {
  await useBackend({ prefer: 'wasm' });
  tf.tidy(() => {
    const [floats, whole] = [tf.tensor1d([1, 2]), tf.tensor1d([1, 2], 'int32')];
    expect(() => tf.stack([floats, whole])).toThrow('must have matching dtypes');
    expect(() => tf.stack([floats, tf.tensor1d([1, 2, 3])])).toThrow('must have matching shapes');
  });
});
