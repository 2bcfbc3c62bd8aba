import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coordinates } from './fixtures/grids.js';
import { drawn, largestDifference, noisyPanel, random, randomHoles } from './fixtures/panels.js';
import { staple, stapleSpatial, stapleSpatialIterations } from './index.js';

/** The equations pixel by pixel, windows by looking at every pair of pixels. */
function byPixel(
  vote: (i: number, j: number) => number | undefined,
  raters: number,
  {
    shape,
    radius,
    priorVotes,
    iterations,
  }: { shape: readonly number[]; radius: number; priorVotes: number; iterations: number },
) {
  const places = coordinates(shape);
  const pixels = [...places.keys()];
  const windows = places.map((a) =>
    pixels.filter((j) => a.every((x, axis) => Math.abs(x - places[j]![axis]!) <= radius)),
  );
  const everyone = [...Array(raters).keys()];
  const means = pixels.map((j) => {
    const votes = everyone.flatMap((i) => vote(i, j) ?? []);
    return votes.length ? votes.reduce((a, b) => a + b) / votes.length : undefined;
  });
  const voted = means.flatMap((mean) => mean ?? []);
  const g = voted.reduce((a, b) => a + b) / voted.length;
  let w = means.map((mean) => mean ?? g);
  let p: number[][] = [];
  let q: number[][] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    const rate = (i: number, side: number, where: number[], at?: number) => {
      const rated = where.filter((j) => vote(i, j) !== undefined);
      const weight = (j: number) => (side ? w[j]! : 1 - w[j]!);
      const right = rated.reduce((sum, j) => sum + (vote(i, j) === side ? weight(j) : 0), 0);
      const sum = rated.reduce((total, j) => total + weight(j), 0);
      return at === undefined ? right / sum : (priorVotes * at + right) / (priorVotes + sum);
    };
    const local = (side: number) =>
      everyone.map((i) => pixels.map((j) => rate(i, side, windows[j]!, rate(i, side, pixels))));
    [p, q] = [local(1), local(0)];
    w = pixels.map((j) => {
      let [alpha, beta] = [1, 1];
      for (const i of everyone) {
        const v = vote(i, j);
        if (v === undefined) continue;
        alpha *= v ? p[i]![j]! : 1 - p[i]![j]!;
        beta *= v ? 1 - q[i]![j]! : q[i]![j]!;
      }
      return (g * alpha) / (g * alpha + (1 - g) * beta);
    });
  }
  return { w, p, q };
}

describe('stapleSpatial', () => {
  test('is the equations pixel by pixel, to 1e-9, in one, two and three dimensions', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer(),
          raters: fc.integer({ min: 2, max: 5 }),
          shape: fc.constantFrom([40], [6, 8], [3, 4, 4]),
          radius: fc.integer({ min: 1, max: 3 }),
          priorVotes: fc.constantFrom(0.5, 10),
          holes: fc.boolean(),
        }),
        ({ seed, raters, shape, radius, priorVotes, holes }) => {
          const pixels = coordinates(shape).length;
          const { masks } = noisyPanel(raters, pixels, seed);
          const missing = holes ? randomHoles(raters, pixels, seed + 1) : undefined;
          const vote = (i: number, j: number) => (missing?.[i]?.[j] ? undefined : masks[i]![j]!);
          const options = { shape, radius, priorVotes };
          const expected = byPixel(vote, raters, { ...options, iterations: 4 });
          const result = stapleSpatial(masks, { ...options, missing, maxIterations: 4, tolerance: 0 });
          expect(largestDifference(result.probability, expected.w)).toBeLessThan(1e-9);
          for (let i = 0; i < raters; i++) {
            const { sensitivity, specificity } = result.performance(i)!;
            expect(largestDifference(sensitivity, expected.p[i]!)).toBeLessThan(1e-9);
            expect(largestDifference(specificity, expected.q[i]!)).toBeLessThan(1e-9);
          }
        },
      ),
      { seed: 1, numRuns: 25 },
    );
  });

  test('with a window as large as the image is STAPLE', () => {
    const { masks } = noisyPanel(5, 300, 2);
    const whole = staple(masks, { tolerance: 1e-12 });
    for (const priorVotes of [0.1, 1000]) {
      const result = stapleSpatial(masks, { shape: [15, 20], radius: 20, priorVotes, tolerance: 1e-12 });
      expect(largestDifference(result.probability, whole.probability)).toBeLessThan(1e-9);
      expect(largestDifference(result.sensitivity, whole.sensitivity)).toBeLessThan(1e-9);
    }
  });

  test('follows each of two raters where that one is right', () => {
    const [height, width] = [40, 80];
    const draw = random(3);
    const truth = Uint8Array.from({ length: height * width }, () => Number(draw() < 0.4));
    const left = (j: number) => j % width < width / 2;
    const half = (good: (j: number) => boolean) =>
      truth.map((v, j) => (draw() < (good(j) ? 0.02 : 0.45) ? 1 - v : v));
    const masks = [half(left), half((j) => !left(j)), half(left), half((j) => !left(j))];
    const shape = [height, width];
    const errors = (probability: Float64Array) =>
      truth.filter((v, j) => Number(probability[j]! > 0.5) !== v).length;
    const spatial = stapleSpatial(masks, { shape });
    expect(errors(spatial.probability)).toBeLessThan(0.5 * errors(staple(masks).probability));
    const { sensitivity } = spatial.performance(0)!;
    expect(sensitivity[20 * width + 10]).toBeGreaterThan(0.9);
    expect(sensitivity[20 * width + 70]).toBeLessThan(0.75);
  });

  test('of empty masks is empty, and absent raters have no performance', () => {
    const empty = drawn('......');
    const result = stapleSpatial([empty, null, empty], { shape: [2, 3] });
    expect([...result.probability]).toEqual([...empty]);
    expect(result.sensitivity).toEqual([1, Number.NaN, 1]);
    expect(result.performance(1)).toBeUndefined();
    expect(result.performance(7)).toBeUndefined();
    expect([...result.performance(2)!.sensitivity]).toEqual(new Array(6).fill(1));
  });

  test('yields every iteration', () => {
    const { masks } = noisyPanel(3, 60, 4);
    const steps = [...stapleSpatialIterations(masks, { shape: [6, 10], radius: 2 })];
    expect(steps.map(({ converged }) => converged).indexOf(true)).toBe(steps.length - 1);
    const { probability } = stapleSpatial(masks, { shape: [6, 10], radius: 2 });
    expect(steps.at(-1)!.probability).toEqual(probability);
  });

  test.each<[string, () => unknown, string]>([
    [
      'another shape',
      () => stapleSpatial([[1, 0]], { shape: [3] }),
      'stapleSpatial: shape is 3, expected a product of 2',
    ],
    [
      'a radius of 0.5',
      () => stapleSpatial([[1, 0]], { shape: [2], radius: 0.5 }),
      'stapleSpatial: radius is 0.5',
    ],
    [
      'no prior votes',
      () => stapleSpatial([[1, 0]], { shape: [2], priorVotes: 0 }),
      'stapleSpatial: priorVotes is 0',
    ],
    [
      'probabilities',
      () => stapleSpatial([[1, 0.5]], { shape: [2] }),
      'stapleSpatial: masks[0][1] is 0.5, expected 0 or 1',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
