import { useBackend } from '@diff/backend';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { cup, disc, logits, rectangles, small } from '../fixtures/eyes.js';
import { dlRoi } from './dl-roi.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

describe('dlRoi', () => {
  it('does not see a change of the mask inside the same box, and sees another box', () => {
    const model = dlRoi({ ...small, cropSize: 12 });
    const before = logits(model, rectangles(disc, cup));
    expect(logits(model, rectangles(disc, [4, 5, 5, 10]))).toEqual(before);
    // Two corners alone have the same box.
    expect(logits(model, rectangles([3, 4, 4, 5], [11, 10, 12, 11]))).toEqual(before);
    expect(logits(model, rectangles([3, 4, 12, 12], cup))).not.toEqual(before);
    model.dispose();
  });

  it('crops to three quarters of the side where the size is fixed, and to 128 where it is not', () => {
    const sides = [{ size: [16, 24] as const }, {}, { size: [16, 24] as const, cropSize: 10 }].map(
      (options) => {
        const model = dlRoi({ ...small, ...options });
        const { shape } = model.getLayer('crop').output as tfl.SymbolicTensor;
        model.dispose();
        return shape.slice(1, 3);
      },
    );
    expect(sides).toEqual([
      [12, 12],
      [128, 128],
      [10, 10],
    ]);
  });

  it('takes an empty mask for the whole image', () => {
    const model = dlRoi({ ...small, cropSize: 12 });
    const empty = logits(model, rectangles());
    expect(empty.every(Number.isFinite)).toBe(true);
    expect(logits(model, rectangles([0, 0, 16, 16]))).toEqual(empty);
    model.dispose();
  });
});
