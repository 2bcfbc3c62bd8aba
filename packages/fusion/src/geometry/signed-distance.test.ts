import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coordinates } from '../fixtures/grids.js';
import { drawn, largestDifference, random } from '../fixtures/panels.js';
import { signedDistance } from './signed-distance.js';

test('by hand', () => {
  const mask = drawn('.....', '.###.', '.###.', '.....');
  const expected = [
    [Math.SQRT2, 1, 1, 1, Math.SQRT2],
    [1, -1, -1, -1, 1],
    [1, -1, -1, -1, 1],
    [Math.SQRT2, 1, 1, 1, Math.SQRT2],
  ].flat();
  expect(
    largestDifference(
      signedDistance((j) => mask[j] === 1, [4, 5], [1, 1]),
      expected,
    ),
  ).toBeLessThan(1e-15);
});

test('is that of plain loops over all pairs of pixels, in any number of dimensions', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.constantFrom(
        [[17], [0.7]],
        [
          [6, 9],
          [1, 1],
        ],
        [
          [7, 5],
          [2.5, 0.3],
        ],
        [
          [4, 3, 5],
          [3, 1, 0.5],
        ],
      ),
      fc.constantFrom(0.05, 0.4, 0.9),
      (seed, [shape, spacing], share) => {
        const draw = random(seed);
        const places = coordinates(shape!);
        const mask = places.map(() => draw() < share);
        if (!mask.includes(true) || !mask.includes(false)) return;
        const expected = places.map((a, i) => {
          const distances = places.flatMap((b, j) =>
            mask[j] === mask[i] ? [] : Math.hypot(...a.map((x, axis) => (x - b[axis]!) * spacing![axis]!)),
          );
          return (mask[i] ? -1 : 1) * Math.min(...distances);
        });
        const result = signedDistance((j) => mask[j]!, shape!, spacing!);
        expect(largestDifference(result, expected)).toBeLessThan(1e-12);
      },
    ),
    { seed: 1, numRuns: 60 },
  );
});

test('of an empty or a full mask is the diagonal of the grid', () => {
  expect([...signedDistance(() => false, [3, 4], [1, 1])]).toEqual(new Array(12).fill(5));
  expect([...signedDistance(() => true, [3, 4], [2, 2])]).toEqual(new Array(12).fill(-10));
});
