import { describe, expect, it } from 'vitest';
import peers from '../fixtures/peers.json' with { type: 'json' };
import { rocAuc, weightedAuc } from '../index.js';

describe('weightedAuc', () => {
  it("is scikit-learn's, and rocAuc with equal weights", () => {
    for (const { labels, scores, weights, weighted } of peers.ranked) {
      expect(weightedAuc(labels, scores, weights)).toBeCloseTo(weighted, 12);
      expect(
        weightedAuc(
          labels,
          scores,
          labels.map(() => 2),
        ),
      ).toBeCloseTo(rocAuc(labels, scores), 12);
    }
  });

  it('counts a case of weight 2 as two, and says which class has no weight', () => {
    expect(weightedAuc([0, 1, 1], [2, 1, 3], [1, 1, 2])).toBeCloseTo(rocAuc([0, 1, 1, 1], [2, 1, 3, 3]), 12);
    expect(() => weightedAuc([0, 1], [1, 2], [0, 1])).toThrow(
      'weightedAuc: weights of the negative cases are all 0',
    );
  });
});
