import { expect, test } from 'vitest';
import { coordinates } from '../fixtures/grids.js';
import { largestDifference, random } from '../fixtures/panels.js';
import { boxSum } from './box-sum.js';

test.each([
  [[11], 2],
  [[5, 7], 1],
  [[5, 7], 20],
  [[3, 4, 5], 1],
  [[3, 4, 5], 0],
])('boxes in %o of radius %i are summed as plain loops sum them', (shape, radius) => {
  const draw = random(1);
  const places = coordinates(shape);
  const values = Float64Array.from(places, draw);
  const expected = places.map((a) =>
    places.reduce(
      (sum, b, j) => sum + (a.every((x, axis) => Math.abs(x - b[axis]!) <= radius) ? values[j]! : 0),
      0,
    ),
  );
  expect(largestDifference(boxSum(values.slice(), shape, radius), expected)).toBeLessThan(1e-12);
});

test('a box of zeros has the sum 0, not nearly 0', () => {
  const values = Float64Array.of(0.1, 0.2, 0.3, 0, 0, 0, 0.7);
  expect(boxSum(values, [7], 1)[4]).toBe(0);
});
