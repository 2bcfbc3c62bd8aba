import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dawidSkeneByPixel, oneHot, type Vote } from './fixtures/em-by-pixel.js';
import { largestDifference, noisyPanel, random, randomHoles } from './fixtures/panels.js';
import { dawidSkene, dawidSkeneIterations, staple } from './index.js';

describe('dawidSkene', () => {
  test('on patterns of labels is the EM of Dawid & Skene on pixels, to 1e-9', () => {
    fc.assert(
      fc.property(
        fc.record({
          raters: fc.integer({ min: 1, max: 9 }),
          classes: fc.integer({ min: 2, max: 5 }),
          seed: fc.integer(),
          holes: fc.boolean(),
        }),
        ({ raters, classes, seed, holes }) => {
          const { masks } = noisyPanel(raters, 61, seed, classes);
          const missing = randomHoles(raters, 61, seed);
          const given = holes
            ? masks.map((mask, r) => mask.map((v, j) => (missing[r]![j] ? 255 : v)))
            : masks;
          const result = dawidSkene(given, { classes, missing: holes ? 255 : undefined, maxIterations: 60 });
          const vote: Vote = (r, j) => (holes && missing[r]![j] ? undefined : oneHot(masks[r]![j]!, classes));
          const expected = dawidSkeneByPixel(raters, 61, classes, vote, 60);
          expect(result.iterations).toBe(expected.iterations);
          expect(largestDifference(result.probability, expected.belief.flat())).toBeLessThan(1e-9);
          expect(largestDifference(result.prior, expected.prior)).toBeLessThan(1e-9);
          const confusion = result.confusion.flatMap((matrix) => [...matrix!]);
          expect(largestDifference(confusion, expected.theta.flat(2))).toBeLessThan(1e-9);
        },
      ),
      { seed: 6, numRuns: 60 },
    );
  });

  test('on soft votes is the EM with shares for counts, to 1e-9', () => {
    for (const seed of [1, 2, 3]) {
      const [raters, pixels, classes] = [4, 40, 3];
      const draw = random(seed);
      const { masks } = noisyPanel(raters, pixels, seed, classes);
      const shares = masks.map((mask) =>
        Array.from(mask, (label) => {
          const raw = oneHot(label, classes).map((v) => v + draw() ** 2 * Number(draw() < 0.7));
          const sum = raw.reduce((a, b) => a + b);
          return raw.map((value) => value / sum);
        }),
      );
      shares[1]![5] = [0, 0, 0];
      const missing = [null, null, Uint8Array.from({ length: pixels }, (_, j) => Number(j < 7)), null];
      const result = dawidSkene(
        shares.map((rows) => rows.flat()),
        { classes, soft: true, missing },
      );
      const expected = dawidSkeneByPixel(raters, pixels, classes, (r, j) =>
        (r === 1 && j === 5) || missing[r]?.[j] ? undefined : shares[r]![j],
      );
      expect(result.iterations).toBe(expected.iterations);
      expect(largestDifference(result.probability, expected.belief.flat())).toBeLessThan(1e-9);
    }
  });

  test('gives the same for labels and for shares that are all 0 or 1', () => {
    const { masks } = noisyPanel(5, 80, 7, 4);
    const hard = dawidSkene(masks, { classes: 4 });
    const soft = dawidSkene(
      masks.map((mask) => Float32Array.from(Array.from(mask, (label) => oneHot(label, 4)).flat())),
      { classes: 4, soft: true },
    );
    expect(largestDifference(soft.probability, hard.probability)).toBeLessThan(1e-9);
  });

  test('with two classes starts as STAPLE does', () => {
    const { masks } = noisyPanel(5, 200, 8);
    const ds = dawidSkene(masks, { classes: 2, maxIterations: 1 });
    const one = staple(masks, { maxIterations: 1 });
    expect(
      largestDifference(
        ds.probability.filter((_, i) => i % 2),
        one.probability,
      ),
    ).toBeLessThan(1e-12);
    expect(
      largestDifference(
        ds.confusion.map((matrix) => matrix![3]!),
        one.sensitivity,
      ),
    ).toBeLessThan(1e-12);
    expect(
      largestDifference(
        ds.confusion.map((matrix) => matrix![0]!),
        one.specificity,
      ),
    ).toBeLessThan(1e-12);
  });

  test("recovers raters' confusion matrices and the classes' frequencies", () => {
    const draw = random(9);
    const choose = (row: readonly number[]) => {
      const u = draw();
      return row.findIndex(
        (_, k) => u < row.slice(0, k + 1).reduce((sum, p) => sum + p, 0) || k === row.length - 1,
      );
    };
    const prior = [0.5, 0.3, 0.2];
    const theta = [
      [
        [0.9, 0.05, 0.05],
        [0.1, 0.8, 0.1],
        [0, 0.2, 0.8],
      ],
      [
        [0.7, 0.2, 0.1],
        [0.05, 0.9, 0.05],
        [0.3, 0.1, 0.6],
      ],
      [
        [0.85, 0.1, 0.05],
        [0.2, 0.7, 0.1],
        [0.05, 0.05, 0.9],
      ],
      [
        [0.95, 0.03, 0.02],
        [0.15, 0.8, 0.05],
        [0.1, 0.1, 0.8],
      ],
    ];
    const truth = Uint8Array.from({ length: 200_000 }, () => choose(prior));
    const votes = theta.map((rows) => truth.map((t) => choose(rows[t]!)));
    const result = dawidSkene(votes, { classes: 3 });
    expect(largestDifference(result.prior, prior)).toBeLessThan(0.02);
    theta.forEach((rows, r) => {
      expect(largestDifference(result.confusion[r]!, rows.flat())).toBeLessThan(0.03);
    });
  });

  test('permuting the raters, or the classes, permutes the result', () => {
    const { masks } = noisyPanel(5, 150, 10, 3);
    const a = dawidSkene(masks, { classes: 3 });
    const b = dawidSkene(
      [2, 0, 1, 4, 3].map((i) => masks[i]!),
      { classes: 3 },
    );
    expect(largestDifference(b.probability, a.probability)).toBeLessThan(1e-9);
    expect(largestDifference(b.confusion[0]!, a.confusion[2]!)).toBeLessThan(1e-9);
    const turned = dawidSkene(
      masks.map((mask) => mask.map((v) => (v + 1) % 3)),
      { classes: 3 },
    );
    const back = a.probability.map((_, i) => turned.probability[i - (i % 3) + ((i + 1) % 3)]!);
    expect(largestDifference(back, a.probability)).toBeLessThan(1e-9);
  });

  test('leaves out who is absent, and gives an unrated pixel the prior', () => {
    const { masks } = noisyPanel(4, 100, 11, 3);
    const without = dawidSkene(masks, { classes: 3 });
    const wider = masks.map((mask) => [...mask, 9]);
    const result = dawidSkene([null, ...wider], { classes: 3, missing: 9 });
    expect(result.confusion[0]).toBeNull();
    expect(largestDifference(result.probability.subarray(0, 300), without.probability)).toBeLessThan(1e-12);
    expect(largestDifference(result.probability.subarray(300), result.prior)).toBeLessThan(1e-12);
  });

  test('yields every iteration', () => {
    const { masks } = noisyPanel(3, 90, 12, 3);
    const steps = [...dawidSkeneIterations(masks, { classes: 3 })];
    expect(steps.length).toBeGreaterThan(3);
    expect({ ...steps.at(-1) }).toEqual(dawidSkene(masks, { classes: 3 }));
    expect({ ...steps[1] }).toEqual(dawidSkene(masks, { classes: 3, maxIterations: 2 }));
  });

  test.each<[string, () => unknown, string]>([
    [
      'one class',
      () => dawidSkene([[0]], { classes: 1 }),
      'dawidSkene: classes is 1, expected an integer from 2 to 255',
    ],
    [
      'a label that is no class',
      () => dawidSkene([[0, 3]], { classes: 3 }),
      'dawidSkene: votes[0][1] is 3, expected one of 0, 1, 2',
    ],
    [
      'shares that do not sum to 1',
      () => dawidSkene([[0.5, 0.4]], { classes: 2, soft: true }),
      'sum to 0.9 at pixel 0',
    ],
    ['negative shares', () => dawidSkene([[1.5, -0.5]], { classes: 2, soft: true }), 'votes[0][1] is -0.5'],
    [
      'a length that is no multiple',
      () => dawidSkene([[1, 0, 0]], { classes: 2, soft: true }),
      'expected a multiple of 2',
    ],
    [
      'no vote at all',
      () => dawidSkene([[9]], { classes: 2, missing: 9 }),
      'dawidSkene: votes hold no vote at all',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
