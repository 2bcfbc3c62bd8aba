import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawn, largestDifference, random } from './fixtures/panels.js';
import { fuse, meanVote, rankRaters } from './index.js';

describe('fuse', () => {
  const masks = [drawn('##..'), drawn('#.#.'), drawn('..##')];

  test('is the sum of expertness × mask, by rater', () => {
    expect(largestDifference(fuse(masks, [0.5, 0.3, 0.2]), [0.8, 0.5, 0.5, 0.2])).toBeLessThan(1e-15);
  });

  test('is the sum of expertness × mask, by pixel', () => {
    const maps = [
      [1, 0.2, 0, 0],
      [0, 0.3, 1, 0.5],
      [0, 0.5, 0, 0.5],
    ];
    expect([...fuse(masks, maps)]).toEqual([1, 0.2, 1, 0.5]);
    expect([...fuse([masks[0]!, null, masks[1]!], [maps[1]!, null, [1, 0.7, 0, 0.5]])]).toEqual([
      1, 0.3, 0, 0,
    ]);
  });

  test('is at most 1, also of expertness that rounding left a little above it', () => {
    const fused = fuse(
      [
        [1, 0],
        [1, 1],
      ],
      [0.500004, 0.500004],
    );
    expect([...fused]).toEqual([1, 0.500004]);
    expect(rankRaters([[1, 0]], fused)).toHaveLength(1);
  });

  test('with equal expertness is the average vote, and with all of it on one rater that rater', () => {
    expect(largestDifference(fuse(masks, [1 / 3, 1 / 3, 1 / 3]), meanVote(masks))).toBeLessThan(1e-15);
    expect([...fuse(masks, [0, 1, 0])]).toEqual([...masks[1]!]);
  });

  test("scales the others' expertness where a rater is missing", () => {
    const holes = [null, [0, 1, 0, 0], null];
    expect(
      largestDifference(fuse(masks, [0.5, 0.3, 0.2], { missing: holes }), [0.8, 5 / 7, 0.5, 0.2]),
    ).toBeLessThan(1e-15);
    expect(
      largestDifference(fuse([masks[0]!, null, masks[2]!], [0.5, 0.3, 0.2]), [5 / 7, 5 / 7, 2 / 7, 2 / 7]),
    ).toBeLessThan(1e-15);
  });

  test('stays between the lowest and the highest vote', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const draw = random(seed);
        const soft = Array.from({ length: 4 }, () => Float64Array.from({ length: 9 }, draw));
        const raw = soft.map((mask) => mask.map(draw));
        const maps = raw.map((map) =>
          map.map((value, j) => value / raw.reduce((sum, other) => sum + other[j]!, 0)),
        );
        const fused = fuse(soft, maps);
        fused.forEach((value, j) => {
          const votes = soft.map((mask) => mask[j]!);
          expect(value).toBeGreaterThanOrEqual(Math.min(...votes) - 1e-12);
          expect(value).toBeLessThanOrEqual(Math.max(...votes) + 1e-12);
        });
      }),
      { seed: 4, numRuns: 30 },
    );
  });

  test.each<[string, () => unknown, string]>([
    [
      'expertness that does not sum to 1',
      () => fuse(masks, [0.5, 0.3, 0.3]),
      'fuse: expertness sums to 1.1, expected 1',
    ],
    [
      'maps that do not',
      () => fuse([[1, 1]], [[1, 0.9]]),
      'fuse: expertness sums to 0.9 at pixel 1, expected 1',
    ],
    [
      'negative expertness',
      () => fuse(masks, [1.5, -0.5, 0]),
      'fuse: expertness[1] is -0.5, expected 0 or more',
    ],
    ['NaN in a map', () => fuse([[1]], [[Number.NaN]]), 'fuse: expertness[0][0] is NaN, expected 0 or more'],
    ['a short map', () => fuse([[1, 0]], [[1]]), 'fuse: expertness[0] has 1 values, expected 2'],
    [
      'too few numbers',
      () => fuse(masks, [1]),
      'fuse: expertness is an array of 1, expected 3 numbers or maps',
    ],
    ['all expertness on one who is absent', () => fuse([[1], null], [0, 1]), 'fuse: nobody voted at pixel 0'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
