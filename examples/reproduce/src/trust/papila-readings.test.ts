import { expect, it } from 'vitest';
import { verticalDiameter } from './papila-readings.js';

it('is the fullest column, of what counts as inside', () => {
  const plane = [0, 0.5, 0, /**/ 0, 0.5, 1, /**/ 0.2, 0.5, 0];
  expect(verticalDiameter(plane, 3, (value) => value)).toBeCloseTo(1.5);
  expect(verticalDiameter(plane, 3, (value) => Number(value >= 0.5))).toBe(3);
  expect(verticalDiameter(plane, 3, (value) => Number(value > 0.5))).toBe(1);
  expect(verticalDiameter([0, 0, 0, 0], 2, (value) => value)).toBe(0);
});
