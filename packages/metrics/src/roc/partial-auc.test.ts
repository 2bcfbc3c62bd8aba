import { describe, expect, it } from 'vitest';
import peers from '../fixtures/peers.json' with { type: 'json' };
import { partialAuc, rocAuc } from '../index.js';

describe('partialAuc', () => {
  it("is scikit-learn's on McClish's scale", () => {
    for (const { labels, scores, partial } of peers.ranked)
      for (const [maximum, expected] of Object.entries(partial))
        expect(partialAuc(labels, scores, { maximum: Number(maximum) }).standardized).toBeCloseTo(
          expected,
          12,
        );
  });

  it('up to 1 is the whole area', () => {
    for (const { labels, scores } of peers.ranked) {
      const { area, standardized } = partialAuc(labels, scores, { maximum: 1 });
      expect(area).toBeCloseTo(rocAuc(labels, scores), 12);
      expect(standardized).toBeCloseTo(area, 12);
    }
    expect(partialAuc([0, 1], [1, 2], { maximum: 0.1 })).toEqual({ area: 0.1, standardized: 1 });
  });
});
