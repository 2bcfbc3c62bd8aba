import { describe, expect, it } from 'vitest';
import { aucOf, meanOverCases } from './summarise.js';

describe('meanOverCases', () => {
  it('draws patients, not cases, so that copies of a case do not narrow the interval', () => {
    const values = [0.1, 0.4, 0.5, 0.9].map((value, i) => ({ patient: `p${i}`, value }));
    const options = { resamples: 500, seed: 1 };
    const once = meanOverCases(values, options);
    const thrice = meanOverCases([...values, ...values, ...values], options);
    expect(once).toMatchObject({ cases: 4, patients: 4 });
    expect(thrice).toMatchObject({ cases: 12, patients: 4 });
    expect(once.value).toBeCloseTo(0.475, 12);
    expect(thrice.low).toBeCloseTo(once.low!, 12);
    expect(thrice.high).toBeCloseTo(once.high!, 12);
    expect(once.low).toBeGreaterThanOrEqual(0.1);
    expect(once.low).toBeLessThan(0.475);
  });

  it('gives no interval to a single patient', () => {
    const one = meanOverCases(
      [0.25, 0.75].map((value) => ({ patient: 'p', value })),
      { resamples: 10, seed: 0 },
    );
    expect(one).toEqual({ cases: 2, patients: 1, value: 0.5 });
  });
});

it('an AUC is the share of pairs in order, and takes two cases of either diagnosis', () => {
  const scored = [
    [0, 0.2],
    [0, 0.6],
    [1, 0.4],
    [1, 0.6],
    [1, 0.9],
  ].map(([diagnosis, score]) => ({ patient: `${score}`, diagnosis: diagnosis!, score: score! }));
  // In order: 3 of 3 against 0.2; against 0.6 one, and a tie.
  expect(aucOf(scored)!.value).toBeCloseTo((3 + 1.5) / 6, 12);
  expect(aucOf(scored.slice(1))).toBeUndefined();
});
