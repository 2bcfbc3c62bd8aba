import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { label, parts, run, share } from '../fixtures/parts.js';
import { confusion, confusionAccumulator } from '../index.js';

describe('confusionAccumulator', () => {
  it('confusionAccumulator equals confusion of the parts together', () => {
    fc.assert(
      fc.property(parts(share, label), (data) => {
        const { results, whole } = run(data, () => confusionAccumulator({ threshold: 0.25 }));
        for (const result of results) expect(result).toEqual(confusion(...whole, { threshold: 0.25 }));
      }),
    );
  });

  it('says so when there are no data yet', () => {
    expect(() => confusionAccumulator().compute()).toThrow('confusionAccumulator: no data yet');
  });

  it('does not merge with one of other options', () => {
    expect(() => confusionAccumulator().merge(confusionAccumulator({ threshold: 0 }))).toThrow(
      'confusionAccumulator: merged thresholds are [0], expected [0.5]',
    );
  });
});
