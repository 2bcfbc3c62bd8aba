import { describe, expect, it } from 'vitest';
import fixtures from '../fixtures/scikit-learn.json' with { type: 'json' };
import { brier } from '../index.js';

describe('brier', () => {
  it.each(fixtures.diagnosis.map((fixture, k) => [k, fixture] as const))(
    'equals scikit-learn on data with many ties, data %i',
    (_, fixture) => {
      const { labels, scores } = fixture;
      expect(brier(labels, scores)).toBeCloseTo(fixture.brier, 13);
    },
  );

  it('the Brier score is 0 for the truth, 1 for its opposite, 0.25 for one half', () => {
    expect(brier([0, 1, 1], [0, 1, 1])).toBe(0);
    expect(brier([0, 1, 1], [1, 0, 0])).toBe(1);
    expect(brier([0, 1, 1], [0.5, 0.5, 0.5])).toBe(0.25);
  });
});
