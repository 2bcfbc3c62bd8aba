import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import itk from './fixtures/itk-staple.json' with { type: 'json' };
import { drawn, noisyPanel, random, randomHoles } from './fixtures/panels.js';
import { majorityVote, majorityVoteMultiLabel } from './index.js';

describe('majorityVoteMultiLabel', () => {
  const maps = [
    [1, 1, 3],
    [1, 2, 3],
    [2, 1, 1],
  ];

  test('gives the label with the most votes', () => {
    expect([...majorityVoteMultiLabel(maps)]).toEqual([1, 1, 3]);
  });

  test.each(itk.voting)("gives what ITK's LabelVotingImageFilter gives for $title", ({ masks, labelMap }) => {
    expect(majorityVoteMultiLabel(masks.map((digits) => drawn(digits))).join('')).toBe(labelMap);
  });

  test('is that of a plain loop', () => {
    fc.assert(
      fc.property(
        fc.record({
          raters: fc.integer({ min: 1, max: 9 }),
          seed: fc.integer(),
          weighted: fc.boolean(),
          holes: fc.boolean(),
          ties: fc.constantFrom('undecided' as const, 'first' as const),
        }),
        ({ raters, seed, weighted, holes, ties }) => {
          const labels = [7, -3, 0, 12];
          const draw = random(seed);
          const given = noisyPanel(raters, 61, seed, 4).masks.map((mask) =>
            Array.from(mask, (v) => labels[v]!),
          );
          const weights = weighted ? given.map(() => 1 + Math.floor(3 * draw())) : undefined;
          const missing = holes ? randomHoles(raters, 61, seed) : undefined;
          const result = majorityVoteMultiLabel(given, { labels, weights, missing, ties, unrated: 99 });
          for (let j = 0; j < 61; j++) {
            const sums = labels.map((label) =>
              given.reduce(
                (sum, map, i) => sum + (map[j] === label && !missing?.[i]?.[j] ? (weights?.[i] ?? 1) : 0),
                0,
              ),
            );
            const most = Math.max(...sums);
            const winners = labels.filter((_, c) => sums[c] === most);
            const decided = winners.length === 1 || ties === 'first' ? winners[0] : 13;
            expect(result[j]).toBe(most ? decided : 99);
          }
        },
      ),
      { seed: 1 },
    );
  });

  test('with two labels is the majority vote', () => {
    const { masks } = noisyPanel(5, 300, 2);
    expect([...majorityVoteMultiLabel(masks)]).toEqual([...majorityVote(masks)]);
  });

  test('decides ties as told', () => {
    const two = [
      [1, 1, 2],
      [1, 2, 1],
    ];
    expect([...majorityVoteMultiLabel(two)]).toEqual([1, 3, 3]);
    expect([...majorityVoteMultiLabel(two, { undecided: -1 })]).toEqual([1, -1, -1]);
    expect([...majorityVoteMultiLabel(two, { ties: 'first' })]).toEqual([1, 1, 1]);
    expect([...majorityVoteMultiLabel(two, { ties: 'first', labels: [2, 1] })]).toEqual([1, 2, 2]);
    expect(() => majorityVoteMultiLabel(two, { ties: 'error' })).toThrow(
      new RangeError("majorityVoteMultiLabel: labels tie at pixel 1, expected none with ties: 'error'"),
    );
    expect([...majorityVoteMultiLabel([[1], [1], [2]], { weights: [0.1, 0.2, 0.3] })]).toEqual([3]);
  });

  test('writes `unrated` where nobody voted, or refuses', () => {
    const holes = [
      [1, 255],
      [1, 255],
    ];
    expect([...majorityVoteMultiLabel(holes, { missing: 255, unrated: 255 })]).toEqual([1, 255]);
    expect(() => majorityVoteMultiLabel(holes, { missing: 255 })).toThrow(
      'majorityVoteMultiLabel: nobody voted at pixel 1',
    );
  });

  test('refuses what is no label', () => {
    expect(() => majorityVoteMultiLabel([[0.5]])).toThrow('majorityVoteMultiLabel: labelMaps[0][0] is 0.5');
    expect(() => majorityVoteMultiLabel([[5]], { labels: [0, 1] })).toThrow(
      'majorityVoteMultiLabel: labelMaps[0][0] is 5, expected one of 0, 1',
    );
    expect(() => majorityVoteMultiLabel([[2 ** 31]])).toThrow(RangeError);
  });
});
