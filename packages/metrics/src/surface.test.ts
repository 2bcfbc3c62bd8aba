import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixtures from './fixtures/scikit-learn.json' with { type: 'json' };
import {
  averageSurfaceDistance,
  distanceTransform,
  type Geometry,
  hausdorff,
  surfaceDice,
  surfaceDistances,
} from './index.js';
import { uniform } from './random.js';

fc.configureGlobal({ seed: 1 });

type Point = number[];

function points(length: number, shape: readonly number[]): Point[] {
  return Array.from({ length }, (_, i) => {
    const point: Point = [];
    for (let axis = shape.length - 1, rest = i; axis >= 0; axis--) {
      point.unshift(rest % shape[axis]!);
      rest = Math.floor(rest / shape[axis]!);
    }
    return point;
  });
}

const apart = (a: Point, b: Point, spacing: readonly number[]) =>
  Math.hypot(...a.map((x, axis) => (x - b[axis]!) * spacing[axis]!));

/** Everything against everything, from the definitions alone. */
function bruteForce(
  prediction: ArrayLike<number>,
  reference: ArrayLike<number>,
  { shape, spacing }: Geometry,
) {
  const all = points(prediction.length, shape);
  const steps = spacing ?? shape.map(() => 1);
  const surface = (mask: ArrayLike<number>) => {
    const inside = new Set(all.filter((_, i) => mask[i]! > 0.5).map(String));
    return all.filter(
      (point) =>
        inside.has(String(point)) &&
        point.some((_, axis) =>
          [-1, 1].some((step) => !inside.has(String(point.map((x, k) => (k === axis ? x + step : x))))),
        ),
    );
  };
  const nearest = (from: Point[], to: Point[]) =>
    from.map((a) => Math.min(Infinity, ...to.map((b) => apart(a, b, steps))));
  const [a, b] = [surface(prediction), surface(reference)];
  return [nearest(a, b), nearest(b, a)] as const;
}

function percentile(values: number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (percent / 100) * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (at % 1) * (high - low);
}

/** A few random boxes, so that masks have an inside. */
function blob(shape: readonly number[], random: () => number): Uint8Array {
  const volume = shape.reduce((a, b) => a * b, 1);
  const boxes = Array.from({ length: 1 + Math.floor(3 * random()) }, () =>
    shape.map((size) => {
      const ends = [Math.floor(size * random()), Math.floor(size * random())].sort((a, b) => a - b);
      return ends as [number, number];
    }),
  );
  const mask = points(volume, shape).map((point) =>
    Number(
      boxes.some((box) => box.every(([low, high], axis) => point[axis]! >= low && point[axis]! <= high)),
    ),
  );
  mask[Math.floor(volume * random())] = 1;
  return Uint8Array.from(mask);
}

const geometries: Geometry[] = [
  { shape: [12, 17] },
  { shape: [17, 9], spacing: [0.35, 1.7] },
  { shape: [6, 8, 7] },
  { shape: [5, 9, 8], spacing: [3, 0.7, 1.1] },
  { shape: [40] },
  { shape: [1, 30], spacing: [2, 0.5] },
  { shape: [4, 3, 5, 4], spacing: [1, 2, 3, 4] },
];

describe('surface distances', () => {
  it.each(geometries)('equal brute force on random masks, $shape', (geometry) => {
    const random = uniform(geometry.shape.length);
    for (let trial = 0; trial < 15; trial++) {
      const a = blob(geometry.shape, random);
      const b = blob(geometry.shape, random);
      const [ab, ba] = bruteForce(a, b, geometry);
      const { fromPrediction, fromReference } = surfaceDistances(a, b, geometry);
      const pairs = [
        [fromPrediction, ab],
        [fromReference, ba],
      ] as const;
      for (const [actual, expected] of pairs) {
        expect(actual.length).toBe(expected.length);
        actual.forEach((distance, i) => {
          expect(distance).toBeCloseTo(expected[i]!, 10);
        });
      }
      for (const percent of [95, 100, 50]) {
        const expected = Math.max(percentile(ab, percent), percentile(ba, percent));
        expect(hausdorff(a, b, { ...geometry, percentile: percent })).toBeCloseTo(expected, 10);
      }
      expect(hausdorff(a, b, geometry)).toBe(hausdorff(a, b, { ...geometry, percentile: 95 }));
      const pooled = [...ab, ...ba];
      const mean = pooled.reduce((sum, distance) => sum + distance, 0) / pooled.length;
      expect(averageSurfaceDistance(a, b, geometry)).toBeCloseTo(mean, 10);
      for (const tolerance of [0, 0.9, 2.05]) {
        const near = pooled.filter((distance) => distance <= tolerance).length;
        expect(surfaceDice(a, b, { ...geometry, tolerance })).toBeCloseTo(near / pooled.length, 12);
      }
    }
  });

  it.each(fixtures.distances)(
    "the distance transform equals SciPy's, $shape",
    ({ mask, distance, ...geometry }) => {
      const sites = new Uint8Array(distance.length);
      for (const i of mask) sites[i] = 1;
      const actual = distanceTransform(sites, geometry);
      actual.forEach((value, i) => {
        expect(value).toBeCloseTo(distance[i]!, 9);
      });
    },
  );

  it('the distance transform of an empty mask is Infinity everywhere, of a full one 0', () => {
    expect([...distanceTransform([0, 0, 0, 0], { shape: [2, 2] })]).toEqual(new Array(4).fill(Infinity));
    expect([...distanceTransform([1, 1, 1, 1], { shape: [2, 2] })]).toEqual([0, 0, 0, 0]);
    expect([...distanceTransform([0.4, 0, 0.2, 0], { shape: [4], threshold: 0.3 })]).toEqual([0, 1, 2, 3]);
  });

  it('of two squares, one inside the other, come out by hand', () => {
    const square = (size: number) =>
      points(49, [7, 7]).map(([y, x]) => Number(Math.abs(y! - 3) <= size && Math.abs(x! - 3) <= size));
    const options = { shape: [7, 7], spacing: [2, 2] };
    // from the inner border's 8 pixels it is 2 steps; from the outer's 24, 2 steps, but for those near corners
    expect(hausdorff(square(1), square(3), { ...options, percentile: 100 })).toBeCloseTo(4 * Math.SQRT2);
    const outer = 4 * 3 * 2 + 8 * Math.hypot(2, 1) + 4 * 2 * Math.SQRT2;
    expect(averageSurfaceDistance(square(1), square(3), options)).toBeCloseTo((2 * (8 * 2 + outer)) / 32);
    expect(surfaceDice(square(1), square(3), { ...options, tolerance: 4 })).toBe((8 + 12) / 32);
  });

  it('count the border of the image as surface', () => {
    const { fromPrediction } = surfaceDistances(new Uint8Array(25).fill(1), [...new Uint8Array(24), 1], {
      shape: [5, 5],
    });
    expect(fromPrediction.length).toBe(16);
  });

  it('within the tolerance are those at it, for inexact spacing too', () => {
    expect(surfaceDice([1, 0, 0, 0], [0, 0, 0, 1], { shape: [4], spacing: [0.1], tolerance: 0.3 })).toBe(1);
  });

  it('of an empty mask are an error that names it, or what `empty` says', () => {
    const [none, some] = [
      [0, 0, 0],
      [0, 1, 0],
    ];
    const shape = [3];
    for (const [name, metric] of Object.entries({ hausdorff, averageSurfaceDistance })) {
      expect(() => metric(none, some, { shape })).toThrow(
        `${name}: prediction is an empty mask; give the value to return as `,
      );
      expect(() => metric(some, none, { shape })).toThrow(`${name}: reference is an empty mask`);
      expect(() => metric(none, none, { shape })).toThrow(RangeError);
      for (const pair of [
        [none, some],
        [some, none],
        [none, none],
      ] as const) {
        expect(metric(...pair, { shape, empty: 373.1 })).toBe(373.1);
      }
    }
    expect(surfaceDice(none, some, { shape, tolerance: 1 })).toBe(0);
    expect(surfaceDice(some, none, { shape, tolerance: 1 })).toBe(0);
    expect(surfaceDice(none, none, { shape, tolerance: 1 })).toBe(1);
    expect(surfaceDice(none, none, { shape, tolerance: 1, empty: 0.5 })).toBe(0.5);
    expect(surfaceDistances(some, none, { shape })).toEqual({
      fromPrediction: Float64Array.of(Infinity),
      fromReference: new Float64Array(),
    });
  });

  it('are symmetric, 0 for equal masks, scale with spacing, and grow with the percentile', () => {
    const seeds = fc.integer({ min: 0, max: 2 ** 31 });
    fc.assert(
      fc.property(
        seeds,
        fc.constantFrom(...geometries),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (seed, geometry, scale) => {
          const random = uniform(seed);
          const a = blob(geometry.shape, random);
          const b = blob(geometry.shape, random);
          const scaled = {
            ...geometry,
            spacing: geometry.shape.map((_, axis) => scale * (geometry.spacing?.[axis] ?? 1)),
          };
          for (const metric of [hausdorff, averageSurfaceDistance]) {
            expect(metric(a, b, geometry)).toBeCloseTo(metric(b, a, geometry), 10);
            expect(metric(a, a, geometry)).toBe(0);
            expect(metric(a, b, scaled)).toBeCloseTo(scale * metric(a, b, geometry), 8);
          }
          expect(hausdorff(a, b, { ...geometry, percentile: 80 })).toBeLessThanOrEqual(
            hausdorff(a, b, geometry),
          );
          expect(surfaceDice(a, a, { ...geometry, tolerance: 0 })).toBe(1);
        },
      ),
      { numRuns: 60 },
    );
  });
});
