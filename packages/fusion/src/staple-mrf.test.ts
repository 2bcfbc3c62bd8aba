import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coordinates, faceNeighbours } from './fixtures/grids.js';
import { drawn, largestDifference, noisyPanel, random, randomHoles } from './fixtures/panels.js';
import { type StapleMrfResult, staple, stapleMrf, stapleMrfIterations } from './index.js';

type Vote = (i: number, j: number) => number | undefined;

/** α and β at a pixel. */
function likelihoods(vote: Vote, j: number, { sensitivity, specificity }: StapleMrfResult) {
  let [alpha, beta] = [1, 1];
  sensitivity.forEach((p, i) => {
    const v = vote(i, j);
    if (v === undefined) return;
    const q = specificity[i]!;
    alpha *= v ? p : 1 - p;
    beta *= v ? 1 - q : q;
  });
  return { alpha, beta };
}

describe('stapleMrf', () => {
  test('is the equations pixel by pixel, to 1e-9, in one, two and three dimensions', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer(),
          raters: fc.integer({ min: 2, max: 5 }),
          shape: fc.constantFrom([40], [6, 8], [3, 4, 5]),
          coupling: fc.constantFrom(0.2, 0.7),
          holes: fc.boolean(),
        }),
        ({ seed, raters, shape, coupling, holes }) => {
          const pixels = coordinates(shape).length;
          const beside = faceNeighbours(shape);
          const { masks } = noisyPanel(raters, pixels, seed);
          const missing = holes ? randomHoles(raters, pixels, seed + 1) : undefined;
          const vote: Vote = (i, j) => (missing?.[i]?.[j] ? undefined : masks[i]![j]!);
          const everyone = [...Array(raters).keys()];
          const all = [...Array(pixels).keys()];
          const means = all.map((j) => {
            const votes = everyone.flatMap((i) => vote(i, j) ?? []);
            return votes.length ? votes.reduce((a, b) => a + b) / votes.length : undefined;
          });
          const rated = means.flatMap((mean) => mean ?? []);
          const g = rated.reduce((a, b) => a + b) / rated.length;
          const w = means.map((mean) => mean ?? g);
          for (const state of stapleMrfIterations(masks, {
            shape,
            coupling,
            missing,
            maxIterations: 5,
            tolerance: 0,
          })) {
            const rate = (i: number, side: number) => {
              const rated = all.filter((j) => vote(i, j) !== undefined);
              const weight = (j: number) => (side ? w[j]! : 1 - w[j]!);
              const right = rated.filter((j) => vote(i, j) === side).reduce((sum, j) => sum + weight(j), 0);
              return right / rated.reduce((sum, j) => sum + weight(j), 0);
            };
            const p = everyone.map((i) => rate(i, 1));
            const q = everyone.map((i) => rate(i, 0));
            for (const j of all) {
              const { alpha, beta } = likelihoods(vote, j, { ...state, sensitivity: p, specificity: q });
              const field = Math.exp(coupling * beside[j]!.reduce((sum, k) => sum + 2 * w[k]! - 1, 0));
              w[j] = (g * alpha * field) / (g * alpha * field + (1 - g) * beta);
            }
            expect(largestDifference(state.sensitivity, p)).toBeLessThan(1e-9);
            expect(largestDifference(state.specificity, q)).toBeLessThan(1e-9);
            expect(largestDifference(state.probability, w)).toBeLessThan(1e-9);
          }
        },
      ),
      { seed: 1, numRuns: 40 },
    );
  });

  test('never lowers the bound of the likelihood', () => {
    const shape = [12, 15];
    const { masks } = noisyPanel(4, 180, 2);
    const beside = faceNeighbours(shape);
    const coupling = 0.6;
    const entropy = (w: number) => (w > 0 && w < 1 ? -w * Math.log(w) - (1 - w) * Math.log(1 - w) : 0);
    const bounds = [...stapleMrfIterations(masks, { shape, coupling })].length;
    expect(bounds).toBeGreaterThan(4);
    let last = Number.NEGATIVE_INFINITY;
    for (const state of stapleMrfIterations(masks, { shape, coupling })) {
      const g = state.prior as number;
      let bound = 0;
      state.probability.forEach((w, j) => {
        const { alpha, beta } = likelihoods((i, k) => masks[i]![k], j, state);
        if (w > 0) bound += w * Math.log(g * alpha);
        if (w < 1) bound += (1 - w) * Math.log((1 - g) * beta);
        bound += entropy(w);
        for (const k of beside[j]!) {
          const other = state.probability[k]!;
          bound += (coupling * (w * other + (1 - w) * (1 - other))) / 2;
        }
      });
      expect(bound).toBeGreaterThanOrEqual(last - 1e-9);
      last = bound;
    }
  });

  test('without coupling is STAPLE', () => {
    const { masks } = noisyPanel(5, 300, 3);
    const whole = staple(masks, { tolerance: 1e-10 });
    const result = stapleMrf(masks, { shape: [15, 20], coupling: 0, tolerance: 1e-10 });
    expect(largestDifference(result.probability, whole.probability)).toBeLessThan(1e-9);
    expect(largestDifference(result.specificity, whole.specificity)).toBeLessThan(1e-9);
  });

  test.each([[[40, 40]], [[16, 16, 16]]])('finds a ball in noise better than STAPLE, in %o', (shape) => {
    const draw = random(4);
    const centre = shape[0]! / 2;
    const truth = Uint8Array.from(coordinates(shape), (at) =>
      Number(Math.hypot(...at.map((x) => x - centre)) < 0.6 * centre),
    );
    const masks = Array.from({ length: 3 }, () => truth.map((v) => (draw() < 0.25 ? 1 - v : v)));
    const errors = (probability: Float64Array) =>
      truth.filter((v, j) => Number(probability[j]! > 0.5) !== v).length;
    expect(errors(stapleMrf(masks, { shape }).probability)).toBeLessThan(
      0.4 * errors(staple(masks).probability),
    );
  });

  test('stays finite where neighbours pull with all their weight', () => {
    const { masks } = noisyPanel(3, 100, 5);
    const { probability } = stapleMrf(masks, { shape: [10, 10], coupling: 1e4, maxIterations: 5 });
    expect(probability.every((p) => p >= 0 && p <= 1)).toBe(true);
  });

  test('of empty masks is empty; absent raters have no rates', () => {
    const empty = drawn('......');
    const result = stapleMrf([empty, null, empty], { shape: [2, 3] });
    expect([...result.probability]).toEqual([...empty]);
    expect(result).toMatchObject({ sensitivity: [1, Number.NaN, 1], converged: true });
  });

  test.each<[string, () => unknown, string]>([
    [
      'another shape',
      () => stapleMrf([[1, 0]], { shape: [3] }),
      'stapleMrf: shape is 3, expected a product of 2',
    ],
    [
      'a negative coupling',
      () => stapleMrf([[1, 0]], { shape: [2], coupling: -1 }),
      'stapleMrf: coupling is -1',
    ],
    [
      'probabilities',
      () => stapleMrf([[1, 0.5]], { shape: [2] }),
      'stapleMrf: masks[0][1] is 0.5, expected 0 or 1',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
