import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { panel } from '../fixtures/panel.js';
import { generalizedEnergyDistance, jaccard } from '../index.js';

describe('generalizedEnergyDistance', () => {
  it('is twice the mean distance to one reference less the spread among the predictions', () => {
    const a = [1, 1, 0, 0];
    const b = [0, 1, 1, 0];
    const reference = [0, 1, 0, 0];
    // Jaccard indices: a with b 1/3, a and b with the reference 1/2
    expect(generalizedEnergyDistance([a, b], [reference])).toBeCloseTo(2 * 0.5 - (2 / 3) * 0.5, 12);
    expect(generalizedEnergyDistance([[0, 0]], [[0, 0]])).toBe(0);
    expect(generalizedEnergyDistance([[0.3, 0]], [[0, 0]], { threshold: 0.2 })).toBe(2);
  });

  it('has two empty masks at the distance that is told, also one and itself', () => {
    const [empty, full] = [
      [0, 0],
      [1, 1],
    ];
    // 2 · (d + 1)/2 between the sets, d within the first, (d + 1 + 1 + 0)/4 within the second
    expect(generalizedEnergyDistance([empty], [empty, full])).toBe(0.5);
    expect(generalizedEnergyDistance([empty], [empty, full], { bothEmpty: 1 })).toBe(0.25);
  });

  it('equals its definition, is symmetric, and 0 between equal sets', () => {
    fc.assert(
      fc.property(panel(2), fc.integer({ min: 1, max: 4 }), (masks, split) => {
        const s = masks.slice(0, Math.min(split, masks.length - 1));
        const y = masks.slice(s.length);
        const expected = (as: number[][], bs: number[][]) =>
          as.flatMap((a) => bs.map((b) => 1 - jaccard(a, b))).reduce((sum, d) => sum + d, 0) /
          (as.length * bs.length);
        const squared = generalizedEnergyDistance(s, y);
        expect(squared).toBeCloseTo(2 * expected(s, y) - expected(s, s) - expected(y, y), 12);
        expect(generalizedEnergyDistance(y, s)).toBeCloseTo(squared, 12);
        expect(generalizedEnergyDistance(s, s)).toBeCloseTo(0, 12);
      }),
    );
  });
});
