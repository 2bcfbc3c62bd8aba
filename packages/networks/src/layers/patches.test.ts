import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { cut } from '../fixtures/plain-loops.js';
import { fromPatches, patchGrid, toPatches } from './patches.js';

beforeAll(() => useBackend({ prefer: 'cpu' }));

const sizes = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 1, max: 11 }),
  width: fc.integer({ min: 1, max: 11 }),
  channels: fc.integer({ min: 1, max: 4 }),
  size: fc.integer({ min: 1, max: 5 }),
});

describe('toPatches', () => {
  it('cuts as plain loops do, zeros where a patch reaches beyond the map', () => {
    fc.assert(
      fc.property(sizes, ({ batch, height, width, channels, size }) =>
        tf.tidy(() => {
          const x = tf.randomNormal<tf.Rank.R4>([batch, height, width, channels], 0, 1, 'float32', 3);
          const expected = x.arraySync().map((map) => cut(map, size));
          expect(toPatches(x, size).arraySync()).toEqual(expected);
        }),
      ),
      { numRuns: 40, seed: 1 },
    );
  });

  it('is undone exactly by fromPatches', () => {
    fc.assert(
      fc.property(sizes, ({ batch, height, width, channels, size }) =>
        tf.tidy(() => {
          const x = tf.randomNormal<tf.Rank.R4>([batch, height, width, channels], 0, 1, 'float32', 5);
          const back = fromPatches(toPatches(x, size), size, [height, width]);
          expect(back.shape).toEqual(x.shape);
          expect(back.dataSync()).toEqual(x.dataSync());
        }),
      ),
      { numRuns: 40, seed: 2 },
    );
  });

  it('has the gradient that puts patches back', () =>
    tf.tidy(() => {
      const x = tf.zeros<tf.Rank.R4>([1, 5, 4, 2]);
      const dy = tf.randomNormal<tf.Rank.R3>([1, 6, 8], 0, 1, 'float32', 1);
      const dx = tf.grad((y: tf.Tensor) => toPatches(y as tf.Tensor4D, 2))(x, dy) as tf.Tensor4D;
      expect(dx.dataSync()).toEqual(fromPatches(dy, 2, [5, 4]).dataSync());
    }));
});

describe('fromPatches', () => {
  it('refuses tokens that do not make such a map', () => {
    expect(() => fromPatches(tf.zeros([1, 5, 8]), 2, [4, 4])).toThrow(
      'fromPatches: tokens have shape [1,5,8], expected [batch, 4, a multiple of 4] for 4 × 4 pixels',
    );
    expect(() => fromPatches(tf.zeros([1, 4, 7]), 2, [4, 4])).toThrow(RangeError);
  });
});

describe('patchGrid', () => {
  it('refuses a patch size that is not a positive integer', () => {
    for (const size of [0, -1, 1.5, Number.NaN]) expect(() => patchGrid([4, 4], size)).toThrow(RangeError);
  });
});
