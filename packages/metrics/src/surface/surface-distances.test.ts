import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blob, bruteForce, geometries, percentile, points } from '../fixtures/surfaces.js';
import { averageSurfaceDistance, hausdorff, hausdorff95, surfaceDice, surfaceDistances } from '../index.js';
import { uniform } from '../statistics/random.js';

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
      expect(hausdorff(a, b, geometry)).toBe(hausdorff(a, b, { ...geometry, percentile: 100 }));
      expect(hausdorff95(a, b, geometry)).toBe(hausdorff(a, b, { ...geometry, percentile: 95 }));
      const pooled = [...ab, ...ba];
      const mean = pooled.reduce((sum, distance) => sum + distance, 0) / pooled.length;
      expect(averageSurfaceDistance(a, b, geometry)).toBeCloseTo(mean, 10);
      for (const tolerance of [0, 0.9, 2.05]) {
        const near = pooled.filter((distance) => distance <= tolerance).length;
        expect(surfaceDice(a, b, { ...geometry, tolerance })).toBeCloseTo(near / pooled.length, 12);
      }
    }
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

  it('of an empty mask are none, and Infinity to it', () => {
    expect(surfaceDistances([0, 1, 0], [0, 0, 0], { shape: [3] })).toEqual({
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
