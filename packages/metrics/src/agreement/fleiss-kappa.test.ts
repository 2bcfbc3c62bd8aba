import { describe, expect, it } from 'vitest';
import { fleissKappa } from '../index.js';

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
