import { describe, expect, it } from 'vitest';
import peers from '../fixtures/peers.json' with { type: 'json' };
import { fleissKappa, fleissKappaInterval } from '../index.js';

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

describe('fleissKappa of unequal numbers of ratings', () => {
  const none = Number.NaN;
  /** Krippendorff's example of 12 units and 4 raters, which Gwet's irrCAC calls cac.raw4raters. */
  const ratings = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, none, none, none],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, none, 3],
    [none, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, none],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, none],
  ];

  it('has the value, standard error and interval that irrCAC publishes', () => {
    expect(fleissKappa(ratings)).toBeCloseTo(0.76117, 5);
    const { estimate, standardError, interval } = fleissKappaInterval(ratings);
    expect(estimate).toBe(fleissKappa(ratings));
    expect(standardError).toBeCloseTo(0.15302, 5);
    expect(interval[0]).toBeCloseTo(0.424, 3);
    expect(interval[1]).toBe(1);
  });

  it("is statsmodels' where none is missing", () => {
    for (const { first, second, fleiss } of peers.kappas)
      expect(fleissKappa([first, second])).toBeCloseTo(fleiss, 12);
  });
});
