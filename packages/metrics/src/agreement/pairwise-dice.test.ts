import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { panel } from '../fixtures/panel.js';
import { dice, pairwiseDice } from '../index.js';

describe('pairwiseDice', () => {
  it('holds the Dice coefficient of every two masks', () => {
    fc.assert(
      fc.property(panel(2), (masks) => {
        const expected = masks.map((a) => masks.map((b) => dice(a, b)));
        expect(pairwiseDice(masks)).toEqual(expected);
        expect(pairwiseDice(masks.map((mask) => Uint8Array.from(mask)))).toEqual(expected);
      }),
    );
  });

  it('binarises with the threshold and gives `empty` for two empty masks', () => {
    const masks = [
      [0.2, 0.4],
      [0.1, 0.9],
      [0, 0],
    ];
    expect(pairwiseDice(masks, { threshold: 0.3, empty: -1 })).toEqual([
      [1, 1, 0],
      [1, 1, 0],
      [0, 0, -1],
    ]);
  });
});
