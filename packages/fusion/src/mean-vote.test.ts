import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawn, largestDifference, noisyPanel, random, randomHoles } from './fixtures/panels.js';
import { majorityVote, meanVote } from './index.js';

const panels = fc.record({
  raters: fc.integer({ min: 1, max: 20 }),
  seed: fc.integer(),
  soft: fc.boolean(),
  weighted: fc.boolean(),
  holes: fc.boolean(),
  absent: fc.boolean(),
});

test('the mean vote and the majority vote are those of a plain loop', () => {
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
      const average = meanVote(masks, { weights, missing, unrated: 0.25 });
      const majority = majorityVote(masks, { weights, missing, unrated: 7, ties: 'foreground' });
      for (let j = 0; j < pixels; j++) {
        const voters = [...masks.keys()].filter((i) => masks[i] && !missing?.[i]?.[j]);
        const weight = (i: number) => weights?.[i] ?? 1;
        const all = voters.reduce((sum, i) => sum + weight(i), 0);
        const expected = all ? voters.reduce((sum, i) => sum + weight(i) * masks[i]![j]!, 0) / all : 0.25;
        expect(Math.abs(average[j]! - expected)).toBeLessThan(1e-14);
        expect(majority[j]).toBe(all ? Number(expected > 0.5 - 1e-12) : 7);
      }
    }),
    { seed: 3 },
  );
});

describe('meanVote', () => {
  test('is the mean of the votes', () => {
    expect([...meanVote([drawn('##..#'), drawn('#.#.#')])]).toEqual([1, 0.5, 0.5, 0, 1]);
  });

  test('weighs raters, and does not mind what the weights sum to', () => {
    const masks = [drawn('##..'), drawn('#.#.')];
    expect([...meanVote(masks, { weights: [3, 1] })]).toEqual([1, 0.75, 0.25, 0]);
    expect([...meanVote(masks, { weights: [0, 2] })]).toEqual([1, 0, 1, 0]);
  });

  test('leaves absent raters and missing votes out', () => {
    const masks = [[1, 255, 0, 1], null, [1, 1, 255, 0]];
    expect([...meanVote(masks, { missing: 255 })]).toEqual([1, 1, 0, 0.5]);
    expect([...meanVote(masks, { missing: 255, weights: [1, 100, 3] })]).toEqual([1, 1, 0, 0.25]);
  });

  test('refuses a pixel where nobody voted, unless told what to write', () => {
    const masks = [
      [1, -1],
      [0, -1],
    ];
    expect(() => meanVote(masks, { missing: -1 })).toThrow(
      new RangeError('meanVote: nobody voted at pixel 1, expected a vote or the option unrated'),
    );
    expect([...meanVote(masks, { missing: -1, unrated: Number.NaN })]).toEqual([0.5, Number.NaN]);
  });

  test('counts 300 raters', () => {
    const masks = Array.from({ length: 300 }, (_, i) => Uint8Array.of(1, Number(i < 100)));
    expect(largestDifference(meanVote(masks), [1, 1 / 3])).toBeLessThan(1e-15);
  });

  const mask = drawn('##..');
  test.each<[string, () => unknown, string]>([
    ['no rater', () => meanVote([]), 'meanVote: no rater at all in 0 masks'],
    ['other lengths', () => meanVote([mask, [1]]), 'meanVote: masks[1] has 1 values, expected 4'],
    [
      'a value above 1',
      () => meanVote([mask, [0, 1, 2, 0]]),
      'meanVote: masks[1][2] is 2, expected a number from 0 to 1',
    ],
    [
      'a byte above 1',
      () => meanVote([mask, drawn('0029')]),
      'meanVote: masks[1][2] is 2, expected a number from 0 to 1',
    ],
    ['a negative value', () => meanVote([[0, -0.1]]), 'meanVote: masks[0][1] is -0.1'],
    ['NaN', () => meanVote([[Number.NaN]]), 'meanVote: masks[0][0] is NaN'],
    [
      'weights that sum to 0',
      () => meanVote([mask, mask], { weights: [0, 0] }),
      'meanVote: weights of the raters present sum to 0',
    ],
    ['weights of those who are absent alone', () => meanVote([mask, null], { weights: [0, 1] }), 'sum to 0'],
    ['a negative weight', () => meanVote([mask], { weights: [-1] }), 'meanVote: weights[0] is -1'],
    ['too few weights', () => meanVote([mask, mask], { weights: [1] }), 'meanVote: weights has 1 values'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
