import { describe, expect, it } from 'vitest';
import { icc } from '../index.js';

/** Six targets by four judges, of Shrout & Fleiss, 1979, table 2. */
const judges = [
  [9, 6, 8, 7, 10, 6],
  [2, 1, 4, 1, 5, 2],
  [5, 3, 6, 2, 6, 4],
  [8, 2, 8, 6, 9, 7],
];

describe('icc', () => {
  it.each([
    ['1,1', 0.17],
    ['2,1', 0.29],
    ['3,1', 0.71],
    ['1,k', 0.44],
    ['2,k', 0.62],
    ['3,k', 0.91],
  ] as const)('ICC(%s) of the table of Shrout and Fleiss is %f', (form, expected) => {
    expect(Math.abs(icc(judges, { form }) - expected)).toBeLessThan(0.005);
    const moved = judges.map((judge) => judge.map((value) => 1e6 + 3 * value));
    expect(icc(moved, { form })).toBeCloseTo(icc(judges, { form }), 8);
  });

  it('is 1 where raters agree, and for 3,1 where they differ by a constant only', () => {
    expect(
      icc([
        [1, 2, 4],
        [1, 2, 4],
      ]),
    ).toBe(1);
    expect(
      icc(
        [
          [1, 2, 4],
          [2, 3, 5],
        ],
        { form: '3,1' },
      ),
    ).toBeCloseTo(1, 12);
    expect(
      icc(
        [
          [1, 2, 4],
          [2, 3, 5],
        ],
        { form: '2,1' },
      ),
    ).toBeLessThan(1);
  });

  it('says so where nothing differs', () => {
    expect(() =>
      icc([
        [5, 5],
        [5, 5],
      ]),
    ).toThrow('icc: ratings are all 5, expected different values');
  });
});
