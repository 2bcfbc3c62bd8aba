import { describe, expect, it } from 'vitest';
import { gwetAc, gwetAcInterval } from '../index.js';

const none = Number.NaN;
/** Krippendorff's example of 12 units and 4 raters, which Gwet's irrCAC calls cac.raw4raters. */
const ratings = [
  [1, 2, 3, 3, 2, 1, 4, 1, 2, none, none, none],
  [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, none, 3],
  [none, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, none],
  [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, none],
];

describe('gwetAc', () => {
  it('has the value, standard error and interval that irrCAC publishes for AC1', () => {
    expect(gwetAc(ratings)).toBeCloseTo(0.77544, 5);
    const { estimate, standardError, interval } = gwetAcInterval(ratings);
    expect(estimate).toBeCloseTo(0.77544, 5);
    expect(standardError).toBeCloseTo(0.14295, 5);
    expect(interval[0]).toBeCloseTo(0.461, 3);
    expect(interval[1]).toBe(1);
  });

  it('stays high where one category is frequent, by hand', () => {
    // 8 of 10 cases agree; shares .9 and .1: chance 2 · .9 · .1 / 1
    const first = [1, 1, 1, 1, 1, 1, 1, 1, 1, 0];
    const second = [1, 1, 1, 1, 1, 1, 1, 1, 0, 1];
    expect(gwetAc([first, second])).toBeCloseTo((0.8 - 0.18) / (1 - 0.18), 12);
  });

  it('AC2 counts near categories as half agreement, by hand', () => {
    // distances 0, 1, 2 of at most 2: agreements 1, .5, 0; all shares a third but for the middle one
    const [first, second] = [
      [0, 0, 0],
      [0, 1, 2],
    ];
    const shares = [4 / 6, 1 / 6, 1 / 6];
    const chance = ((3 + 4 * 0.5) / 6) * shares.reduce((sum, p) => sum + p * (1 - p), 0);
    expect(gwetAc([first, second], { weights: 'linear' })).toBeCloseTo((0.5 - chance) / (1 - chance), 12);
  });
});
