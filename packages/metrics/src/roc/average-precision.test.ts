import { describe, expect, it } from 'vitest';
import fixtures from '../fixtures/scikit-learn.json' with { type: 'json' };
import { averagePrecision } from '../index.js';

describe('averagePrecision', () => {
  it.each(fixtures.diagnosis.map((fixture, k) => [k, fixture] as const))(
    'equals scikit-learn on data with many ties, data %i',
    (_, fixture) => {
      const { labels, scores } = fixture;
      expect(averagePrecision(labels, scores)).toBeCloseTo(fixture.averagePrecision, 13);
    },
  );
});
