import { describe, expect, test } from 'vitest';
import { drawn, noisyPanel, random } from './fixtures/panels.js';
import { rankRaters, staple } from './index.js';

describe('rankRaters', () => {
  const fusion = drawn('#####.....');

  test('measures each rater against the fusion, the best first', () => {
    const masks = [drawn('###....##.'), drawn('####......'), drawn('#####.....')];
    const ranks = rankRaters(masks, fusion);
    expect(ranks.map(({ rater }) => rater)).toEqual([2, 1, 0]);
    const [perfect, tight, poor] = ranks;
    expect(perfect!.dice).toEqual({ value: 1, standardError: 0 });
    expect(tight!.dice.value).toBeCloseTo(8 / 9, 15);
    expect(tight!.specificity).toEqual({ value: 1, standardError: 0 });
    expect(poor!.sensitivity.value).toBeCloseTo(3 / 5, 15);
    expect(poor!.specificity.value).toBeCloseTo(3 / 5, 15);
    expect(poor!.dice.value).toBeCloseTo(6 / 10, 15);
  });

  test('of 0/1 masks has binomial standard errors for sensitivity and specificity', () => {
    const [rank] = rankRaters([drawn('###....##.')], fusion);
    expect(rank!.sensitivity.standardError).toBeCloseTo(Math.sqrt((0.6 * 0.4) / 5), 12);
    expect(rank!.specificity.standardError).toBeCloseTo(Math.sqrt((0.6 * 0.4) / 5), 12);
    // Dice = 2J / (1 + J) of the Jaccard index J = 3/7, which is binomial over the union.
    const jaccard = 3 / 7;
    const error = (2 / (1 + jaccard) ** 2) * Math.sqrt((jaccard * (1 - jaccard)) / 7);
    expect(rank!.dice.standardError).toBeCloseTo(error, 12);
  });

  test('has the standard errors that resampling pixels gives, for soft fusions too', () => {
    const pixels = 400;
    const draw = random(1);
    const { masks } = noisyPanel(3, pixels, 2);
    const soft = staple(masks, { tolerance: 0.1 }).probability.map((p) => 0.1 + 0.8 * p);
    const [rank] = rankRaters([masks[0]!], soft);
    const samples = { sensitivity: [] as number[], specificity: [] as number[], dice: [] as number[] };
    for (let b = 0; b < 2000; b++) {
      const drawnPixels = Array.from({ length: pixels }, () => Math.floor(draw() * pixels));
      const [again] = rankRaters(
        [drawnPixels.map((j) => masks[0]![j]!)],
        drawnPixels.map((j) => soft[j]!),
      );
      for (const key of ['sensitivity', 'specificity', 'dice'] as const) samples[key].push(again![key].value);
    }
    for (const key of ['sensitivity', 'specificity', 'dice'] as const) {
      const mean = samples[key].reduce((a, b) => a + b) / 2000;
      const sd = Math.sqrt(samples[key].reduce((sum, x) => sum + (x - mean) ** 2, 0) / 1999);
      expect(Math.abs(rank![key].standardError / sd - 1)).toBeLessThan(0.08);
    }
  });

  test('can rank by another measure', () => {
    const masks = [drawn('##........'), drawn('########..'), drawn('####.#....')];
    const order = (by: 'dice' | 'sensitivity' | 'specificity' | 'youden') =>
      rankRaters(masks, fusion, { by }).map(({ rater }) => rater);
    expect(order('specificity')).toEqual([0, 2, 1]);
    expect(order('sensitivity')).toEqual([1, 2, 0]);
    expect(order('youden')).toEqual([2, 0, 1]);
    expect(order('dice')).toEqual([2, 1, 0]);
  });

  test('leaves out absent raters and missing pixels', () => {
    const ranks = rankRaters([null, [1, 1, 7, 0]], drawn('#.#.'), { missing: 7 });
    expect(ranks).toHaveLength(1);
    expect(ranks[0]).toMatchObject({ rater: 1, sensitivity: { value: 1 }, specificity: { value: 0.5 } });
  });

  test('of an empty mask against an empty fusion is 1: nothing was missed', () => {
    expect(rankRaters([drawn('...')], drawn('...'))[0]).toMatchObject({
      sensitivity: { value: 1, standardError: 0 },
      dice: { value: 1, standardError: 0 },
    });
  });

  test.each<[string, () => unknown, string]>([
    [
      'a fusion of another length',
      () => rankRaters([fusion], [1]),
      'rankRaters: fusion has 1 values, expected 10',
    ],
    [
      'a fusion above 1',
      () => rankRaters([[1]], [2]),
      'rankRaters: fusion[0] is 2, expected a number from 0 to 1',
    ],
    ['a mask of NaN', () => rankRaters([[Number.NaN]], [1]), 'rankRaters: masks[0][0] is NaN'],
    [
      'an unknown order',
      () => rankRaters([fusion], fusion, { by: 'age' as never }),
      'rankRaters: by is "age"',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
