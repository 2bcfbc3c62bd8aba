import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { panel } from '../fixtures/panel.js';
import { fleissKappa, krippendorffAlpha } from '../index.js';

fc.configureGlobal({ seed: 1 });

describe('krippendorffAlpha', () => {
  const missing = Number.NaN;
  const published = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, missing, missing, missing],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, missing, 3],
    [missing, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, missing],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, missing],
  ];

  it.each([
    ['nominal', 0.743],
    ['ordinal', 0.815],
    ['interval', 0.849],
    ['ratio', 0.797],
  ] as const)("is, of Krippendorff's example, %s, %f", (metric, expected) => {
    expect(krippendorffAlpha(published, { metric })).toBeCloseTo(expected, 3);
    expect(krippendorffAlpha([...published].reverse(), { metric })).toBeCloseTo(expected, 3);
    const holes = published.map((rater) => rater.map((value) => (Number.isNaN(value) ? null : value)));
    expect(krippendorffAlpha(holes, { metric })).toBeCloseTo(expected, 3);
    expect(
      krippendorffAlpha(
        published.map((rater) => Float32Array.from(rater)),
        { metric },
      ),
    ).toBeCloseTo(expected, 3);
  });

  it('is nominal unless told', () => {
    expect(krippendorffAlpha(published)).toBe(krippendorffAlpha(published, { metric: 'nominal' }));
  });

  it("is nearly Fleiss' kappa when nothing is missing: 1 - alpha = (1 - kappa)(1 - 1/ratings)", () => {
    fc.assert(
      fc.property(panel(3), (ratings) => {
        fc.pre(new Set(ratings.flat()).size > 1);
        const total = ratings.length * ratings[0]!.length;
        expect(1 - krippendorffAlpha(ratings)).toBeCloseTo((1 - fleissKappa(ratings)) * (1 - 1 / total), 10);
      }),
    );
  });
});
