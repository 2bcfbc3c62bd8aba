import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { panel } from '../fixtures/panel.js';
import peers from '../fixtures/peers.json' with { type: 'json' };
import fixtures from '../fixtures/scikit-learn.json' with { type: 'json' };
import { cohenKappa, cohenKappaInterval } from '../index.js';

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

describe('cohenKappaInterval', () => {
  it('has the standard errors of statsmodels, unweighted and weighted', () => {
    for (const { first, second, standardErrors } of peers.kappas) {
      for (const [weights, expected] of Object.entries(standardErrors)) {
        const { estimate, standardError, interval } = cohenKappaInterval(first, second, {
          weights: weights as 'none',
        });
        expect(estimate).toBe(cohenKappa(first, second, { weights: weights as 'none' }));
        expect(standardError).toBeCloseTo(expected, 12);
        expect(interval[0]).toBeCloseTo(estimate - 1.959963984540054 * expected, 10);
      }
    }
  });
});
