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

  it('does not depend on the unit of the weights, of either class', () => {
    const [labels, scores, weights] = [
      [1, 0, 1, 0, 0],
      [4, 3, 2, 1, 2],
      [1, 2, 3, 4, 0],
    ];
    const expected = (1 * 2 + 1 * 4 + 3 * 4) / (4 * 6);
    expect(weightedAuc(labels, scores, weights)).toBeCloseTo(expected, 15);
    for (const [positive, negative] of [
      [1e-200, 1e-200],
      [1e-300, 1e99],
      [1e99, 1e-300],
    ] as const) {
      const scaled = weights.map((weight, i) => weight * (labels[i] ? positive : negative));
      expect(weightedAuc(labels, scores, scaled)).toBeCloseTo(expected, 14);
    }
    expect(() => weightedAuc([0, 1], [1, 2], [1, 0])).toThrow('weights of the positive cases are all 0');
  });

  it('counts a case of weight 2 as two, and says which class has no weight', () => {
    expect(weightedAuc([0, 1, 1], [2, 1, 3], [1, 1, 2])).toBeCloseTo(rocAuc([0, 1, 1, 1], [2, 1, 3, 3]), 12);
    expect(() => weightedAuc([0, 1], [1, 2], [0, 1])).toThrow(
      'weightedAuc: weights of the negative cases are all 0',
    );
  });
});
