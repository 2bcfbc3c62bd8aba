import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import itk from './fixtures/itk-staple.json' with { type: 'json' };
import { drawn, largestDifference, noisyPanel, random, randomHoles } from './fixtures/panels.js';
import { type Masks, meanVote, type StapleOptions, staple, stapleIterations } from './index.js';

/** The equations of Warfield 2004 pixel by pixel; `vote(i, j)` is undefined where rater i is missing. */
function stapleByPixel(
  raters: number,
  pixels: number,
  vote: (i: number, j: number) => number | undefined,
  {
    prior,
    confidenceWeight = 1,
    region = new Array(pixels).fill(1),
    maxIterations = 10_000,
  }: StapleOptions = {},
) {
  const everyone = [...Array(raters).keys()];
  const everywhere = [...Array(pixels).keys()];
  const votesAt = everywhere.map((j) => everyone.flatMap((i) => vote(i, j) ?? []));
  const mean = votesAt.map((votes) => votes.reduce((sum, v) => sum + v, 0) / votes.length);
  const judged = everywhere.filter((j) => region[j] && votesAt[j]!.length);
  const estimate = judged.reduce((sum, j) => sum + mean[j]!, 0) / judged.length;
  const g = everywhere.map((j) => {
    const given = prior === undefined ? estimate : typeof prior === 'number' ? prior : prior[j]!;
    return given * confidenceWeight;
  });

  const w = everywhere.map((j) => (votesAt[j]!.length ? mean[j]! : g[j]!));
  let p: number[] = [];
  let q: number[] = [];
  let iterations = 0;
  for (let change = 1; change > 1e-7 && iterations < maxIterations; iterations++) {
    const [lastP, lastQ] = [p, q];
    p = everyone.map((i) => {
      const rated = judged.filter((j) => vote(i, j) !== undefined);
      const hits = rated.filter((j) => vote(i, j) === 1).reduce((sum, j) => sum + w[j]!, 0);
      return hits / rated.reduce((sum, j) => sum + w[j]!, 0);
    });
    q = everyone.map((i) => {
      const rated = judged.filter((j) => vote(i, j) !== undefined);
      const spared = rated.filter((j) => vote(i, j) === 0).reduce((sum, j) => sum + 1 - w[j]!, 0);
      return spared / rated.reduce((sum, j) => sum + 1 - w[j]!, 0);
    });
    for (const j of judged) {
      let alpha = 1;
      let beta = 1;
      for (const i of everyone) {
        const v = vote(i, j);
        if (v === undefined) continue;
        alpha *= v ? p[i]! : 1 - p[i]!;
        beta *= v ? 1 - q[i]! : q[i]!;
      }
      w[j] = (g[j]! * alpha) / (g[j]! * alpha + (1 - g[j]!) * beta);
    }
    change = iterations
      ? Math.max(...[...p, ...q].map((x, i) => Math.abs(x - [...lastP, ...lastQ][i]!) || 0))
      : 1;
  }
  return { probability: w, sensitivity: p, specificity: q, iterations };
}

describe("ITK's STAPLEImageFilter", () => {
  test.each(itk.binary)('gives the same for $title', (expected) => {
    const masks = expected.masks.map((digits) => drawn(digits));
    const result = staple(masks, {
      confidenceWeight: expected.weight,
      maxIterations: expected.maxIterations || undefined,
    });
    expect(largestDifference(result.probability, expected.probability)).toBeLessThan(1e-10);
    expect(largestDifference(result.sensitivity, expected.sensitivity)).toBeLessThan(1e-10);
    expect(largestDifference(result.specificity, expected.specificity)).toBeLessThan(1e-10);
    expect(result.converged).toBe(!expected.maxIterations);
    expect(result.iterations).toBe(expected.maxIterations || expected.elapsed + 1);
  });
});

describe('the equations, pixel by pixel', () => {
  const pixels = 203;
  const panels = fc.record({
    raters: fc.integer({ min: 2, max: 20 }),
    seed: fc.integer(),
    prior: fc.constantFrom('estimated', 'number', 'map'),
    region: fc.boolean(),
    holes: fc.constantFrom('none', 'value', 'NaN', 'masks'),
    absent: fc.boolean(),
    confidenceWeight: fc.constantFrom(1, 0.7),
  });

  test('give what the vote patterns give, to 1e-9', () => {
    fc.assert(
      fc.property(panels, ({ raters, seed, prior, region, holes, absent, confidenceWeight }) => {
        const draw = random(seed);
        const { masks } = noisyPanel(raters, pixels, seed);
        const missing = randomHoles(raters, pixels, seed + 1);
        const gone = absent && raters > 2 ? 1 : -1;
        const marker = holes === 'NaN' ? Number.NaN : 255;
        const given = masks.map((mask, i) => {
          if (i === gone) return null;
          if (holes === 'none' || holes === 'masks') return mask;
          return Float64Array.from(mask, (v, j) => (missing[i]![j] ? marker : v));
        });
        const options: StapleOptions = {
          confidenceWeight,
          prior:
            prior === 'estimated'
              ? undefined
              : prior === 'number'
                ? 0.3
                : Float32Array.from({ length: pixels }, () => 0.05 + 0.6 * draw()),
          region: region ? Uint8Array.from({ length: pixels }, () => Number(draw() < 0.7)) : undefined,
          missing: holes === 'none' ? undefined : holes === 'masks' ? missing : marker,
        };
        const vote = (i: number, j: number) =>
          i === gone || (holes !== 'none' && missing[i]![j]) ? undefined : masks[i]![j]!;
        const result = staple(given, options);
        const expected = stapleByPixel(raters, pixels, vote, options);
        expect(result.iterations).toBe(expected.iterations);
        expect(largestDifference(result.probability, expected.probability)).toBeLessThan(1e-9);
        expect(largestDifference(result.sensitivity, expected.sensitivity)).toBeLessThan(1e-9);
        expect(largestDifference(result.specificity, expected.specificity)).toBeLessThan(1e-9);
      }),
      { seed: 20, numRuns: 150 },
    );
  });

  test('never lower the likelihood of the votes', () => {
    const { masks } = noisyPanel(5, 400, 3);
    const likelihoods = [...stapleIterations(masks)].map(({ sensitivity: p, specificity: q, prior }) => {
      let sum = 0;
      for (let j = 0; j < 400; j++) {
        const alpha = masks.reduce((product, mask, i) => product * (mask[j] ? p[i]! : 1 - p[i]!), 1);
        const beta = masks.reduce((product, mask, i) => product * (mask[j] ? 1 - q[i]! : q[i]!), 1);
        sum += Math.log((prior as number) * alpha + (1 - (prior as number)) * beta);
      }
      return sum;
    });
    expect(likelihoods.length).toBeGreaterThan(4);
    likelihoods.slice(1).forEach((value, i) => {
      expect(value).toBeGreaterThanOrEqual(likelihoods[i]! - 1e-9);
    });
  });
});

describe('closed forms', () => {
  test('one iteration by hand', () => {
    const { probability, sensitivity, specificity, prior } = staple([drawn('##..'), drawn('#...')], {
      maxIterations: 1,
    });
    expect(prior).toBeCloseTo(3 / 8, 15);
    expect(largestDifference(sensitivity, [1, 2 / 3])).toBeLessThan(1e-15);
    expect(largestDifference(specificity, [4 / 5, 1])).toBeLessThan(1e-15);
    expect(largestDifference(probability, [1, 1 / 2, 0, 0])).toBeLessThan(1e-15);
  });

  test('perfect raters are found perfect, and the fusion is what they drew', () => {
    const { truth } = noisyPanel(1, 100, 5);
    const result = staple([truth, truth, truth]);
    expect([...result.probability]).toEqual([...truth]);
    expect([...result.sensitivity, ...result.specificity]).toEqual([1, 1, 1, 1, 1, 1]);
    expect(result.converged).toBe(true);
  });

  test('a rater who always says the opposite gets sensitivity and specificity below a half', () => {
    const { masks, truth } = noisyPanel(6, 2000, 6);
    const result = staple([...masks, truth.map((v) => 1 - v)]);
    expect(result.sensitivity[6]).toBeLessThan(0.5);
    expect(result.specificity[6]).toBeLessThan(0.5);
    for (let i = 0; i < 6; i++) expect(result.sensitivity[i]! + result.specificity[i]!).toBeGreaterThan(1.2);
  });

  test("raters' true rates are recovered", () => {
    const draw = random(7);
    const rates = [
      [0.95, 0.9],
      [0.7, 0.98],
      [0.85, 0.6],
      [0.9, 0.95],
      [0.6, 0.8],
    ] as const;
    const truth = Uint8Array.from({ length: 200_000 }, () => Number(draw() < 0.3));
    const masks = rates.map(([p, q]) => truth.map((t) => Number(draw() < (t ? p : 1 - q))));
    const { sensitivity, specificity } = staple(masks, { prior: 0.3 });
    rates.forEach(([p, q], i) => {
      expect(sensitivity[i]).toBeCloseTo(p, 1.7);
      expect(specificity[i]).toBeCloseTo(q, 1.7);
    });
  });

  test('permuting the raters permutes the result', () => {
    const { masks } = noisyPanel(7, 300, 8);
    const order = [3, 0, 6, 1, 5, 2, 4];
    const [a, b] = [staple(masks), staple(order.map((i) => masks[i]!))];
    expect(largestDifference(b.probability, a.probability)).toBeLessThan(1e-12);
    expect(
      largestDifference(
        b.sensitivity,
        order.map((i) => a.sensitivity[i]!),
      ),
    ).toBeLessThan(1e-12);
  });

  test('swapping foreground and background swaps sensitivity and specificity', () => {
    const { masks } = noisyPanel(5, 300, 9);
    const a = staple(masks);
    const b = staple(masks.map((mask) => mask.map((v) => 1 - v)));
    expect(
      largestDifference(
        b.probability,
        a.probability.map((p) => 1 - p),
      ),
    ).toBeLessThan(1e-9);
    expect(largestDifference(b.sensitivity, a.specificity)).toBeLessThan(1e-9);
  });
});

test('a prior of 0 or 1 is certain, whatever the votes', () => {
  const options = { prior: [0, 0.5, 0.5, 1], maxIterations: 1 };
  expect([...staple([drawn('##..')], options).probability]).toEqual([0, 1, 0, 1]);
});

describe('what a single, an empty or a full mask gives', () => {
  test('a single mask comes back as it is', () => {
    const result = staple([drawn('.##..#')]);
    expect([...result.probability]).toEqual([0, 1, 1, 0, 0, 1]);
    expect(result).toMatchObject({ sensitivity: [1], specificity: [1], converged: true });
  });

  test.each([
    ['empty', 0],
    ['full', 1],
  ])('masks that are all %s fuse to the same, with rates of 1', (_, value) => {
    const result = staple([new Uint8Array(9).fill(value), new Uint8Array(9).fill(value)]);
    expect(new Set(result.probability)).toEqual(new Set([value]));
    expect(result).toMatchObject({ sensitivity: [1, 1], specificity: [1, 1], prior: value, converged: true });
  });

  test('one empty mask among others has sensitivity 0 and specificity 1', () => {
    const { sensitivity, specificity, probability } = staple([drawn('##..'), drawn('##..'), drawn('....')]);
    expect(sensitivity[2]).toBe(0);
    expect(specificity[2]).toBe(1);
    expect([...probability].map(Math.round)).toEqual([1, 1, 0, 0]);
  });
});

describe('raters, pixels and regions that do not count', () => {
  test('an absent rater changes nothing and has no rates', () => {
    const { masks } = noisyPanel(4, 100, 10);
    const without = staple(masks);
    const result = staple([masks[0]!, null, masks[1]!, undefined, masks[2]!, masks[3]!]);
    expect(result.probability).toEqual(without.probability);
    expect(result.sensitivity).toEqual([
      without.sensitivity[0],
      Number.NaN,
      without.sensitivity[1],
      Number.NaN,
      ...without.sensitivity.slice(2),
    ]);
  });

  test('a pixel that nobody rated has the prior, and does not bear on the rest', () => {
    const masks = [drawn('2#..##'), drawn('2#.#.#'), drawn('2##...')];
    const result = staple(masks, { missing: 2 });
    const rest = staple(masks.map((mask) => mask.subarray(1)));
    expect(result.probability[0]).toBe(result.prior);
    expect(result.prior).toBe(rest.prior);
    expect(largestDifference(result.probability.subarray(1), rest.probability)).toBeLessThan(1e-12);
  });

  test('outside the region the probability is the mean vote', () => {
    const { masks } = noisyPanel(5, 100, 11);
    const region = Uint8Array.from({ length: 100 }, (_, j) => Number(j >= 40));
    const result = staple(masks, { region });
    const inside = staple(masks.map((mask) => mask.slice(40)));
    expect(largestDifference(result.probability.subarray(0, 40), meanVote(masks).subarray(0, 40))).toBe(0);
    expect(largestDifference(result.probability.subarray(40), inside.probability)).toBeLessThan(1e-12);
    expect(result.prior).toBe(inside.prior);
  });

  test('a rater without a vote in the region has no rates', () => {
    const { masks } = noisyPanel(3, 50, 12);
    const holes = [null, null, new Uint8Array(50).fill(1)];
    const result = staple(masks, { missing: holes });
    expect(result.sensitivity[2]).toBeNaN();
    expect(largestDifference(result.probability, staple(masks.slice(0, 2)).probability)).toBeLessThan(1e-12);
  });
});

test('fifty raters, and as many as make products underflow, give finite probabilities', () => {
  const { masks, truth } = noisyPanel(50, 3000, 13);
  const fifty = staple(masks);
  expect(largestDifference(fifty.probability, truth)).toBeLessThan(1e-6);

  const draw = random(14);
  const coins = Array.from({ length: 1500 }, () =>
    Uint8Array.from({ length: 30 }, () => Number(draw() < 0.5)),
  );
  const products = stapleByPixel(1500, 30, (i, j) => coins[i]![j], { maxIterations: 2 });
  expect(products.probability.some(Number.isNaN)).toBe(true);
  const { probability } = staple(coins);
  for (const p of probability) expect(p >= 0 && p <= 1).toBe(true);
});

test('masks of every kind of array, aligned or not, give the same', () => {
  const { masks } = noisyPanel(9, 101, 15);
  const expected = staple(masks);
  const shifted = (mask: Uint8Array) => {
    const buffer = new Uint8Array(mask.length + 3);
    buffer.set(mask, 3);
    return buffer.subarray(3);
  };
  const kinds: Record<string, Masks> = {
    plain: masks.map((mask) => [...mask]),
    float: masks.map((mask) => Float32Array.from(mask)),
    clamped: masks.map((mask) => Uint8ClampedArray.from(mask)),
    signed: masks.map((mask) => Int8Array.from(mask)),
    shifted: masks.map(shifted),
    mixed: masks.map((mask, i) => (i % 2 ? shifted(mask) : Uint16Array.from(mask))),
  };
  for (const [kind, given] of Object.entries(kinds))
    expect({ kind, ...staple(given) }).toEqual({ kind, ...expected });
});

test('masks are left as they were', () => {
  const { masks } = noisyPanel(9, 50, 16);
  const copies = masks.map((mask) => mask.slice());
  staple(masks, { missing: 7 });
  expect(masks).toEqual(copies);
});

describe('iterations', () => {
  const { masks } = noisyPanel(3, 200, 17);

  test('are yielded one by one and end at the result', () => {
    const steps = [...stapleIterations(masks)];
    const result = staple(masks);
    expect(steps.map(({ iterations }) => iterations)).toEqual([...steps.keys()].map((i) => i + 1));
    expect(steps.map(({ converged }) => converged)).toEqual(steps.map((_, i) => i === steps.length - 1));
    expect({ ...steps.at(-1) }).toEqual(result);
    expect({ ...steps[2] }).toEqual(staple(masks, { maxIterations: 3 }));
  });

  test('that reach their limit say so and do not throw', () => {
    expect(staple(masks, { maxIterations: 2 })).toMatchObject({ iterations: 2, converged: false });
  });

  test('are fewer with a coarser tolerance, but at least two', () => {
    const coarse = staple(masks, { tolerance: 1e-2 });
    expect(coarse.iterations).toBeLessThan(staple(masks).iterations);
    expect(staple(masks, { tolerance: 1 }).iterations).toBe(2);
  });
});

describe('bad input is refused by name', () => {
  const mask = drawn('##..');
  const soft = [1, 0.5, 0, 0];
  test.each<[string, () => unknown, string | RegExp]>([
    ['no rater', () => staple([]), 'staple: no rater at all in 0 masks, expected one or more'],
    ['only absent raters', () => staple([null, null]), 'staple: no rater at all in 2 masks'],
    [
      'an empty array',
      () => staple([new Uint8Array(0)]),
      'staple: masks[0] is empty, expected at least one value',
    ],
    ['other lengths', () => staple([null, mask, drawn('#')]), 'staple: masks[2] has 1 values, expected 4'],
    ['probabilities', () => staple([mask, soft]), 'staple: masks[1][1] is 0.5, expected 0 or 1'],
    ['other bytes', () => staple([mask, drawn('0017')]), 'staple: masks[1][3] is 7, expected 0 or 1'],
    ['NaN', () => staple([[Number.NaN, 1]]), 'staple: masks[0][0] is NaN, expected 0 or 1'],
    [
      'a region of another length',
      () => staple([mask], { region: [1] }),
      'staple: region has 1 values, expected 4',
    ],
    ['a region of other values', () => staple([mask], { region: [1, 1, 0, 3] }), 'staple: region[3] is 3'],
    [
      'an empty region',
      () => staple([mask], { region: new Uint8Array(4) }),
      'staple: masks hold no vote at all in the region',
    ],
    [
      'no vote',
      () => staple([mask], { missing: [[1, 1, 1, 1]] }),
      'staple: masks hold no vote at all in the region',
    ],
    [
      'a prior above 1',
      () => staple([mask], { prior: 1.5 }),
      'staple: prior is 1.5, expected a number from 0 to 1',
    ],
    ['a prior map of NaN', () => staple([mask], { prior: [0, 1, Number.NaN, 0] }), 'staple: prior[2] is NaN'],
    ['a short prior map', () => staple([mask], { prior: [0.5] }), 'staple: prior has 1 values, expected 4'],
    ['a weight of 0', () => staple([mask], { confidenceWeight: 0 }), 'staple: confidenceWeight is 0'],
    ['no iterations', () => staple([mask], { maxIterations: 0 }), 'staple: maxIterations is 0'],
    ['a negative tolerance', () => staple([mask], { tolerance: -1 }), 'staple: tolerance is -1'],
    ['missing of a wrong count', () => staple([mask], { missing: [] }), 'staple: missing is an array of 0'],
    [
      'missing of a wrong length',
      () => staple([mask], { missing: [[1]] }),
      'staple: missing[0] has 1 values',
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });

  test('things that are not masks', () => {
    expect(() => staple('no' as never)).toThrow(
      new TypeError('staple: masks is "no", expected one mask per rater'),
    );
    expect(() => staple([mask, 5 as never])).toThrow(
      new TypeError('staple: masks[1] is 5, expected an array of numbers'),
    );
  });
});
