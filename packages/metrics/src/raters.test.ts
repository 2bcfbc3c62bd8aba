import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixtures from './fixtures/scikit-learn.json' with { type: 'json' };
import {
  cohenKappa,
  dice,
  entropy,
  fleissKappa,
  generalizedEnergyDistance,
  jaccard,
  krippendorffAlpha,
  pairwiseDice,
  variance,
} from './index.js';

fc.configureGlobal({ seed: 1 });

/** Ratings of several raters, an array a rater. */
const panel = (values: number, raters = { min: 2, max: 5 }) =>
  fc.integer({ min: 2, max: 30 }).chain((length) =>
    fc.array(fc.array(fc.integer({ min: 0, max: values - 1 }), { minLength: length, maxLength: length }), {
      minLength: raters.min,
      maxLength: raters.max,
    }),
  );

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

describe('cohenKappa', () => {
  it("equals scikit-learn's, unweighted and weighted", () => {
    for (const { first, second, kappa } of fixtures.agreement) {
      for (const [weights, expected] of Object.entries(kappa)) {
        expect(cohenKappa(first, second, { weights: weights as 'none' })).toBeCloseTo(expected, 13);
      }
    }
  });

  it('is 0.4 for the textbook table of 20, 5, 10 and 15', () => {
    const repeat = (value: number, counts: number[], flags: number[]) =>
      counts.flatMap((count, k) => new Array<number>(count).fill(flags[k] === value ? value : flags[k]!));
    const first = repeat(1, [20, 5, 10, 15], [1, 1, 0, 0]);
    const second = repeat(1, [20, 5, 10, 15], [1, 0, 1, 0]);
    expect(cohenKappa(first, second)).toBeCloseTo(0.4, 12);
  });

  it('is symmetric, at most 1, and 1 for equal ratings', () => {
    fc.assert(
      fc.property(panel(4, { min: 2, max: 2 }), ([a, b]) => {
        fc.pre(new Set([...a!, ...b!]).size > 1);
        const kappa = cohenKappa(a!, b!, { weights: 'linear' });
        expect(cohenKappa(b!, a!, { weights: 'linear' })).toBeCloseTo(kappa, 12);
        expect(kappa).toBeLessThanOrEqual(1);
        if (new Set(a).size > 1) expect(cohenKappa(a!, a!)).toBe(1);
      }),
    );
  });
});

describe('fleissKappa', () => {
  it("is 0.210 for Fleiss' table of 14 raters", () => {
    const table = [
      [0, 0, 0, 0, 14],
      [0, 2, 6, 4, 2],
      [0, 0, 3, 5, 6],
      [0, 3, 9, 2, 0],
      [2, 2, 8, 1, 1],
      [7, 7, 0, 0, 0],
      [3, 2, 6, 3, 0],
      [2, 5, 3, 2, 2],
      [6, 5, 2, 1, 0],
      [0, 2, 2, 3, 7],
    ];
    const cases = table.map((counts) =>
      counts.flatMap((count, category) => new Array<number>(count).fill(category)),
    );
    const ratings = Array.from({ length: 14 }, (_, rater) => cases.map((votes) => votes[rater]!));
    expect(fleissKappa(ratings)).toBeCloseTo(0.21, 3);
    expect(fleissKappa(ratings.reverse())).toBeCloseTo(0.21, 3);
  });

  it('is 1 where all raters agree', () => {
    expect(
      fleissKappa([
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ]),
    ).toBeCloseTo(1, 12);
  });
});

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

describe('maps of disagreement', () => {
  const masks = [
    [0, 1, 1, 0, 0.5],
    [0, 1, 0, 0, 0.5],
    [0, 1, 0, 0, 0.5],
    [0, 1, 1, 1, 0.5],
  ];

  it('entropy is that of the mean, in bits', () => {
    const quarter = 0.25 * 2 + 0.75 * Math.log2(4 / 3);
    [0, 0, 1, quarter, 1].forEach((expected, i) => {
      expect(entropy(masks)[i]).toBeCloseTo(expected, 6);
    });
  });

  it('variance is p(1 - p) of binary masks, and 0 where soft masks agree', () => {
    [0, 0, 0.25, 3 / 16, 0].forEach((expected, i) => {
      expect(variance(masks)[i]).toBeCloseTo(expected, 7);
    });
    expect(variance([[1e6], [1e6 + 2]])[0]).toBe(1);
  });

  it('are 0 for one rater', () => {
    expect([...entropy([[0, 1, 1]])]).toEqual([0, 0, 0]);
    expect([...variance([[0, 0.3, 7]])]).toEqual([0, 0, 0]);
  });
});
