import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawn, largestDifference, noisyPanel, random, randomHoles } from './fixtures/panels.js';
import { averageVote, fuse, majorityVote } from './index.js';

const panels = fc.record({
  raters: fc.integer({ min: 1, max: 20 }),
  seed: fc.integer(),
  soft: fc.boolean(),
  weighted: fc.boolean(),
  holes: fc.boolean(),
  absent: fc.boolean(),
});

test('the average and the majority vote are those of a plain loop', () => {
  fc.assert(
    fc.property(panels, ({ raters, seed, soft, weighted, holes, absent }) => {
      const pixels = 53;
      const draw = random(seed);
      const masks = noisyPanel(raters, pixels, seed).masks.map((mask, i) => {
        if (absent && i === 0 && raters > 1) return null;
        return soft ? Float32Array.from(mask, (v) => (v + draw()) / 2) : mask;
      });
      const weights = weighted ? masks.map(() => 0.1 + draw()) : undefined;
      const missing = holes ? randomHoles(raters, pixels, seed) : undefined;
      const average = averageVote(masks, { weights, missing, unrated: 0.25 });
      const majority = majorityVote(masks, { weights, missing, unrated: 0.25, ties: 'foreground' });
      for (let j = 0; j < pixels; j++) {
        const voters = [...masks.keys()].filter((i) => masks[i] && !missing?.[i]?.[j]);
        const weight = (i: number) => weights?.[i] ?? 1;
        const all = voters.reduce((sum, i) => sum + weight(i), 0);
        const expected = all ? voters.reduce((sum, i) => sum + weight(i) * masks[i]![j]!, 0) / all : 0.25;
        expect(Math.abs(average[j]! - expected)).toBeLessThan(1e-14);
        expect(majority[j]).toBe(Number(expected > 0.5 - 1e-12));
      }
    }),
    { seed: 3 },
  );
});

describe('averageVote', () => {
  test('is the mean of the votes', () => {
    expect([...averageVote([drawn('##..#'), drawn('#.#.#')])]).toEqual([1, 0.5, 0.5, 0, 1]);
  });

  test('weighs raters, and does not mind what the weights sum to', () => {
    const masks = [drawn('##..'), drawn('#.#.')];
    expect([...averageVote(masks, { weights: [3, 1] })]).toEqual([1, 0.75, 0.25, 0]);
    expect([...averageVote(masks, { weights: [0, 2] })]).toEqual([1, 0, 1, 0]);
  });

  test('leaves absent raters and missing votes out', () => {
    const masks = [[1, 255, 0, 1], null, [1, 1, 255, 0]];
    expect([...averageVote(masks, { missing: 255 })]).toEqual([1, 1, 0, 0.5]);
    expect([...averageVote(masks, { missing: 255, weights: [1, 100, 3] })]).toEqual([1, 1, 0, 0.25]);
  });

  test('refuses a pixel where nobody voted, unless told what to write', () => {
    const masks = [
      [1, -1],
      [0, -1],
    ];
    expect(() => averageVote(masks, { missing: -1 })).toThrow(
      new RangeError('averageVote: no vote at pixel 1, expected one or the option `unrated`'),
    );
    expect([...averageVote(masks, { missing: -1, unrated: Number.NaN })]).toEqual([0.5, Number.NaN]);
  });

  test('counts 300 raters', () => {
    const masks = Array.from({ length: 300 }, (_, i) => Uint8Array.of(1, Number(i < 100)));
    expect(largestDifference(averageVote(masks), [1, 1 / 3])).toBeLessThan(1e-15);
  });

  const mask = drawn('##..');
  test.each<[string, () => unknown, string]>([
    ['no rater', () => averageVote([]), 'averageVote: no rater at all in 0 masks'],
    [
      'other lengths',
      () => averageVote([mask, [1]]),
      'averageVote: masks[1] has 1 values, expected 4 as masks[0]',
    ],
    [
      'a value above 1',
      () => averageVote([mask, [0, 1, 2, 0]]),
      'averageVote: masks[1][2] is 2, expected a value in',
    ],
    [
      'a byte above 1',
      () => averageVote([mask, drawn('0029')]),
      'averageVote: masks[1][2] is 2, expected a value in',
    ],
    ['a negative value', () => averageVote([[0, -0.1]]), 'averageVote: masks[0][1] is -0.1'],
    ['NaN', () => averageVote([[Number.NaN]]), 'averageVote: masks[0][0] is NaN'],
    [
      'weights that sum to 0',
      () => averageVote([mask, mask], { weights: [0, 0] }),
      'averageVote: the weights of the',
    ],
    [
      'weights of those who are absent alone',
      () => averageVote([mask, null], { weights: [0, 1] }),
      'sum to 0',
    ],
    ['a negative weight', () => averageVote([mask], { weights: [-1] }), 'averageVote: weights[0] is -1'],
    [
      'too few weights',
      () => averageVote([mask, mask], { weights: [1] }),
      'averageVote: weights has 1 values',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});

describe('majorityVote', () => {
  const masks = [drawn('##..'), drawn('#.#.')];

  test('needs more than half, and decides ties as told', () => {
    expect([...majorityVote([...masks, drawn('#...')])]).toEqual([1, 0, 0, 0]);
    expect([...majorityVote(masks)]).toEqual([1, 0, 0, 0]);
    expect([...majorityVote(masks, { ties: 'foreground' })]).toEqual([1, 1, 1, 0]);
    expect(() => majorityVote(masks, { ties: 'error' })).toThrow(
      'majorityVote: a tie at pixel 1, expected none',
    );
  });

  test('sees a tie of weights whose binary sums differ', () => {
    const weights = [0.1, 0.2, 0.3];
    const votes = [[1], [1], [0]];
    expect(0.1 + 0.2).not.toBe(0.3);
    expect([...majorityVote(votes, { weights, ties: 'foreground' })]).toEqual([1]);
    expect([...majorityVote(votes, { weights, ties: 'background' })]).toEqual([0]);
  });

  test('is not all foreground when weights are left out', () => {
    expect(majorityVote([drawn('...#'), drawn('..#.'), drawn('.#..')])).toEqual(drawn('....'));
  });

  test('refuses a way to break ties that it does not know', () => {
    expect(() => majorityVote(masks, { ties: 'coin' as never })).toThrow(
      "majorityVote: ties is coin, expected 'foreground', 'background' or 'error'",
    );
  });
});

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

  test('with equal expertness is the average vote, and with all of it on one rater that rater', () => {
    expect(largestDifference(fuse(masks, [1 / 3, 1 / 3, 1 / 3]), averageVote(masks))).toBeLessThan(1e-15);
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
    ['all expertness on one who is absent', () => fuse([[1], null], [0, 1]), 'fuse: no vote at pixel 0'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
