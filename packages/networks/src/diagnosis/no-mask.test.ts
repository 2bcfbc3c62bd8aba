import { useBackend } from '@diff/backend';
import { beforeAll, describe, expect, it } from 'vitest';
import { cup, disc, logits, rectangles, small } from '../fixtures/eyes.js';
import { noMask } from './no-mask.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

describe('noMask', () => {
  it('gives the same logits whatever the mask', () => {
    const model = noMask(small);
    expect(logits(model, rectangles(disc, cup))).toEqual(
      logits(model, rectangles([0, 0, 16, 16], [2, 2, 3, 3])),
    );
    model.dispose();
  });
});
