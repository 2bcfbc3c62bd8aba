import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawn, largestDifference, noisyPanel, random, randomHoles } from './fixtures/panels.js';
import { majorityVote, simple, simpleIterations } from './index.js';

/** Langerak 2010 pixel by pixel. */
function simpleByPixel(
  masks: ArrayLike<number>[],
  missing: ArrayLike<number>[],
  { alpha, margin, minimum }: { alpha: number; margin: number; minimum: number },
) {
  const pixels = masks[0]!.length;
  const voters = (j: number) => [...masks.keys()].filter((i) => !missing[i]?.[j]);
  let selected = [...masks.keys()];
  const vote = (weights: number[], fallback?: number[]) =>
    Array.from({ length: pixels }, (_, j) => {
      const all = voters(j).reduce((sum, i) => sum + weights[i]!, 0);
      const ones = voters(j).reduce((sum, i) => sum + weights[i]! * masks[i]![j]!, 0);
      return all ? Number(ones / all > 0.5 + 1e-12) : (fallback?.[j] ?? 0);
    });
  let fused = vote(masks.map(() => 1));
  let last = '';
  for (let iterations = 1; ; iterations++) {
    const dice = masks.map((mask, i) => {
      const rated = [...Array(pixels).keys()].filter((j) => !missing[i]?.[j]);
      const both = rated.filter((j) => mask[j] && fused[j]).length;
      const sizes = rated.filter((j) => mask[j]).length + rated.filter((j) => fused[j]).length;
      return sizes ? (2 * both) / sizes : 1;
    });
    const mean = selected.reduce((sum, i) => sum + dice[i]!, 0) / selected.length;
    const sd = Math.sqrt(selected.reduce((sum, i) => sum + (dice[i]! - mean) ** 2, 0) / selected.length);
    const worst = [...selected]
      .sort((a, b) => dice[a]! - dice[b]!)
      .slice(0, Math.max(0, selected.length - minimum));
    const out = worst.filter((i) => dice[i]! < mean - Math.max(alpha * sd, margin) - 1e-12);
    selected = selected.filter((i) => !out.includes(i));
    fused = vote(
      dice.map((d, i) => (selected.includes(i) ? d : 0)),
      fused,
    );
    if (!out.length && dice.join() === last) return { fused, selected, dice, iterations };
    last = dice.join();
  }
}

test('SIMPLE on vote patterns is SIMPLE on pixels', () => {
  fc.assert(
    fc.property(
      fc.record({
        raters: fc.integer({ min: 2, max: 18 }),
        seed: fc.integer(),
        holes: fc.boolean(),
        alpha: fc.constantFrom(0.5, 1, 2),
        margin: fc.constantFrom(0, 0.05),
        minimum: fc.integer({ min: 1, max: 5 }),
      }),
      ({ raters, seed, holes, alpha, margin, minimum }) => {
        const { masks } = noisyPanel(raters, 97, seed);
        const missing = holes ? randomHoles(raters, 97, seed) : [];
        const result = simple(masks, {
          alpha,
          margin,
          minimumRaters: minimum,
          missing: holes ? missing : undefined,
        });
        const expected = simpleByPixel(masks, missing, { alpha, margin, minimum });
        expect(result.converged).toBe(true);
        expect(result.iterations).toBe(expected.iterations);
        expect([...result.mask]).toEqual(expected.fused);
        expect(result.selected.flatMap((kept, i) => (kept ? i : []))).toEqual(expected.selected);
        expect(largestDifference(result.performance, expected.dice)).toBeLessThan(1e-12);
      },
    ),
    { seed: 5 },
  );
});

describe('simple', () => {
  test('drops the raters who guess and finds what the others drew', () => {
    const { truth } = noisyPanel(1, 4000, 1);
    const draw = random(2);
    const careful = Array.from({ length: 5 }, () => truth.map((v) => (draw() < 0.03 ? 1 - v : v)));
    const guessing = Array.from({ length: 4 }, () => truth.map(() => Number(draw() < 0.4)));
    const { selected, mask, performance } = simple([...guessing, ...careful]);
    expect(selected.slice(0, 4)).toEqual([false, false, false, false]);
    expect(Math.min(...performance.slice(4))).toBeGreaterThan(Math.max(...performance.slice(0, 4)));
    expect(mask.filter((v, j) => v !== truth[j]).length).toBeLessThan(40);
  });

  test.each([10, 300])('does not drop %i equally good raters one after another', (raters) => {
    const draw = random(6);
    const truth = Uint8Array.from({ length: 2000 }, () => Number(draw() < 0.3));
    const masks = Array.from({ length: raters }, () => truth.map((v) => (draw() < 0.3 ? 1 - v : v)));
    const dice = (mask: Uint8Array) =>
      (2 * mask.filter((v, j) => v && truth[j]).length) /
      (mask.reduce((a, b) => a + b) + truth.reduce((a, b) => a + b));
    const { selected, mask } = simple(masks);
    expect(selected.filter(Boolean).length).toBeGreaterThan(0.9 * raters);
    expect(dice(mask)).toBeGreaterThan(dice(majorityVote(masks)) - 0.02);
    // As the paper has it, chance alone drops them.
    expect(simple(masks, { margin: 0 }).selected.filter(Boolean).length).toBeLessThan(5);
  });

  test('keeps everybody, and their majority, when they agree', () => {
    const result = simple([drawn('##.'), drawn('##.'), drawn('##.')]);
    expect(result).toMatchObject({ selected: [true, true, true], performance: [1, 1, 1], converged: true });
    expect(result.mask).toEqual(drawn('##.'));
  });

  test('keeps the best `minimumRaters`', () => {
    const { masks } = noisyPanel(9, 500, 3);
    for (const minimumRaters of [1, 4, 9]) {
      const { selected } = simple(masks, { minimumRaters, alpha: 0, margin: 0 });
      expect(selected.filter(Boolean).length).toBeGreaterThanOrEqual(minimumRaters);
    }
    expect(simple(masks, { minimumRaters: 9 }).selected).toEqual(new Array(9).fill(true));
  });

  test('of empty masks is empty, with Dice 1', () => {
    expect(simple([drawn('...'), drawn('...')])).toMatchObject({ mask: drawn('...'), performance: [1, 1] });
  });

  test('leaves absent raters out', () => {
    const { masks } = noisyPanel(5, 200, 4);
    const result = simple([null, ...masks]);
    expect(result.selected[0]).toBe(false);
    expect(result.performance[0]).toBeNaN();
    expect(result.mask).toEqual(simple(masks).mask);
  });

  test('yields every iteration, from the majority vote on', () => {
    const { masks } = noisyPanel(7, 300, 5);
    const steps = [...simpleIterations(masks)];
    const majority = majorityVote(masks);
    const dice = masks.map((mask) => {
      const both = mask.filter((v, j) => v && majority[j]).length;
      return (2 * both) / (mask.filter(Boolean).length + majority.filter(Boolean).length);
    });
    expect(largestDifference(steps[0]!.performance, dice)).toBeLessThan(1e-12);
    expect({ ...steps.at(-1) }).toEqual(simple(masks));
    expect(simple(masks, { maxIterations: 1 })).toMatchObject({ iterations: 1, converged: false });
  });

  test.each<[string, () => unknown, string]>([
    [
      'a negative alpha',
      () => simple([[1]], { alpha: -1 }),
      'simple: alpha is -1, expected a finite number of at least 0',
    ],
    [
      'no minimum',
      () => simple([[1]], { minimumRaters: 0 }),
      'simple: minimumRaters is 0, expected a positive integer',
    ],
    ['probabilities', () => simple([[0.5]]), 'simple: masks[0][0] is 0.5, expected 0 or 1'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(new RangeError(message));
  });
});
