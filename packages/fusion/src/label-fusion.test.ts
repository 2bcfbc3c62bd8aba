import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import itk from './fixtures/itk-staple.json' with { type: 'json' };
import { drawn, largestDifference, noisyPanel, random, randomHoles } from './fixtures/panels.js';
import {
  dawidSkene,
  dawidSkeneIterations,
  staple,
  stapleMultiLabel,
  stapleMultiLabelIterations,
} from './index.js';

type Vote = (r: number, j: number) => number[] | undefined;

/** One EM step in plain loops: confusion [rater][truth][vote] from beliefs, then beliefs from confusion. */
function maximize(raters: number, classes: number, belief: number[][], vote: Vote) {
  const all = [...Array(classes).keys()];
  return Array.from({ length: raters }, (_, r) =>
    all.map((t) => {
      const row = all.map((l) => belief.reduce((sum, b, j) => sum + b[t]! * (vote(r, j)?.[l] ?? 0), 0));
      const sum = row.reduce((a, b) => a + b);
      return row.map((value) => (sum ? value / sum : 0));
    }),
  );
}

function expect_(raters: number, pixels: number, prior: number[], theta: number[][][], vote: Vote) {
  return Array.from({ length: pixels }, (_, j) => {
    const w = prior.map((p, t) => {
      let product = p;
      for (let r = 0; r < raters; r++)
        vote(r, j)?.forEach((share, l) => (product *= theta[r]![t]![l]! ** share));
      return product;
    });
    const sum = w.reduce((a, b) => a + b);
    return w.map((value) => (sum ? value / sum : 0));
  });
}

function dawidSkeneByPixel(raters: number, pixels: number, classes: number, vote: Vote, limit = 10_000) {
  const all = [...Array(classes).keys()];
  const rated = [...Array(pixels).keys()].filter((j) => [...Array(raters).keys()].some((r) => vote(r, j)));
  let belief = Array.from({ length: pixels }, (_, j) => {
    const sums = all.map((l) =>
      [...Array(raters).keys()].reduce((sum, r) => sum + (vote(r, j)?.[l] ?? 0), 0),
    );
    const sum = sums.reduce((a, b) => a + b);
    return sums.map((value) => (sum ? value / sum : 0));
  });
  let last: number[] = [];
  for (let iterations = 1; ; iterations++) {
    const prior = all.map((t) => rated.reduce((sum, j) => sum + belief[j]![t]!, 0) / rated.length);
    const theta = maximize(raters, classes, belief, vote);
    belief = expect_(raters, pixels, prior, theta, vote);
    const now = [...prior, ...theta.flat(2)];
    if (iterations === limit || (iterations > 1 && largestDifference(now, last) <= 1e-7))
      return { belief, prior, theta, iterations };
    last = now;
  }
}

const oneHot = (label: number, classes: number) =>
  Array.from({ length: classes }, (_, c) => Number(c === label));

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
      'dawidSkene: classes is 1, expected a whole number from 2',
    ],
    [
      'a label that is no class',
      () => dawidSkene([[0, 3]], { classes: 3 }),
      'label maps[0][1] is 3, expected one of 0, 1, 2',
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
    ['no vote at all', () => dawidSkene([[9]], { classes: 2, missing: 9 }), 'dawidSkene: no vote at all'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});

describe('stapleMultiLabel', () => {
  test.each(itk.labels)("gives what ITK's MultiLabelSTAPLEImageFilter gives for $title", (expected) => {
    const masks = expected.masks.map((digits) => drawn(digits));
    const result = stapleMultiLabel(masks, { tolerance: expected.threshold });
    expect(result.labelMap.join('')).toBe(expected.labelMap);
    expect(result.iterations).toBe(expected.elapsed + 1);
    const confusion = result.confusion.flatMap((matrix) => [...matrix!]);
    expect(largestDifference(confusion, expected.confusion!)).toBeLessThan(1e-10);
  });

  test('on patterns is the EM on pixels, with missing labels too, to 1e-9', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 3, max: 8 }), (seed, raters) => {
        const [pixels, classes] = [57, 3];
        const { masks } = noisyPanel(raters, pixels, seed, classes);
        const missing = randomHoles(raters, pixels, seed);
        const vote: Vote = (r, j) => (missing[r]![j] ? undefined : oneHot(masks[r]![j]!, classes));
        const tally = [...Array(pixels).keys()].map((j) =>
          [...Array(classes).keys()].map((l) => masks.filter((_, r) => vote(r, j)?.[l]).length),
        );
        const winners = tally.map((row) => {
          const most = Math.max(...row);
          const tied = row.filter((n) => n === most).length;
          return row.map((n) => (most > 0 && n === most ? 1 / tied : 0));
        });
        const prior = [0, 1, 2].map((l) => tally.reduce((sum, row) => sum + row[l]!, 0));
        const votes = prior.reduce((a, b) => a + b);
        let theta = masks.map((_, r) => {
          const counts = [0, 1, 2].map((t) =>
            [0, 1, 2].map((l) => winners.reduce((sum, w, j) => sum + w[t]! * (vote(r, j)?.[l] ?? 0), 0)),
          );
          return counts.map((row) =>
            row.map((n, l) => n / (counts.reduce((sum, other) => sum + other[l]!, 0) || 1)),
          );
        });
        for (let i = 0; i < 5; i++)
          theta = maximize(
            raters,
            classes,
            expect_(
              raters,
              pixels,
              prior.map((n) => n / votes),
              theta,
              vote,
            ),
            vote,
          );
        const result = stapleMultiLabel(masks, {
          missing,
          maxIterations: 5,
          tolerance: 0,
          labels: [0, 1, 2],
        });
        expect(result.converged).toBe(false);
        expect(
          largestDifference(
            result.confusion.flatMap((matrix) => [...matrix!]),
            theta.flat(2),
          ),
        ).toBeLessThan(1e-9);
      }),
      { seed: 7, numRuns: 40 },
    );
  });

  test('recovers the truth better than any rater', () => {
    const { masks, truth } = noisyPanel(7, 3000, 13, 4);
    const errors = (map: ArrayLike<number>) => truth.filter((label, j) => map[j] !== label).length;
    const { labelMap } = stapleMultiLabel(masks);
    expect(errors(labelMap)).toBeLessThan(Math.min(...masks.map(errors)) / 2);
  });

  test('reports ties as undecided', () => {
    const masks = [drawn('001101'), drawn('001110')];
    expect([...stapleMultiLabel(masks).labelMap]).toEqual([0, 0, 1, 1, 2, 2]);
    expect(stapleMultiLabel(masks, { undecided: -1 }).labelMap.at(-1)).toBe(-1);
    expect([...stapleMultiLabel(masks, { prior: [0.4, 0.6] }).labelMap]).toEqual([0, 0, 1, 1, 1, 1]);
  });

  test('keeps label values, and does not mind which they are', () => {
    const { masks } = noisyPanel(5, 200, 14, 3);
    const values = [0, 128, 255];
    const result = stapleMultiLabel(masks.map((mask) => mask.map((v) => values[v]!)));
    expect(result.labels).toEqual(values);
    expect(result.undecided).toBe(256);
    const plain = stapleMultiLabel(masks);
    expect([...result.labelMap]).toEqual(Array.from(plain.labelMap, (v) => [...values, 256][v]));
  });

  test('gives an unrated pixel the label with the largest prior, and leaves out who is absent', () => {
    const masks = [[0, 0, 1, 0, 9], null, [0, 0, 1, 1, 9], [0, 0, 1, 0, 9]];
    const result = stapleMultiLabel(masks, { missing: 9 });
    expect([...result.labelMap]).toEqual([0, 0, 1, 0, 0]);
    expect(result.confusion[1]).toBeNull();
  });

  test('yields every iteration', () => {
    const { masks } = noisyPanel(3, 90, 15, 3);
    const steps = [...stapleMultiLabelIterations(masks)];
    expect({ ...steps.at(-1) }).toEqual(stapleMultiLabel(masks));
    expect(steps.map(({ converged }) => converged).indexOf(true)).toBe(steps.length - 1);
  });

  test.each<[string, () => unknown, string]>([
    [
      'labels twice',
      () => stapleMultiLabel([[0]], { labels: [0, 0] }),
      'stapleMultiLabel: labels are 0, 0, expected',
    ],
    [
      'other labels',
      () => stapleMultiLabel([[0, 2]], { labels: [0, 1] }),
      'label maps[0][1] is 2, expected one of 0, 1',
    ],
    [
      'a prior of another length',
      () => stapleMultiLabel([[0, 1]], { prior: [1] }),
      'prior is 1, expected 2 probabilities',
    ],
    ['no rater', () => stapleMultiLabel([]), 'stapleMultiLabel: no rater at all'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
