import { describe, expect, it } from 'vitest';
import { ellipse, rectangle, shape, size } from '../fixtures/drawings.js';
import { verticalCupToDiscRatio, verticalDiameter } from '../index.js';

describe('vertical diameter', () => {
  it('is the height of a rectangle or an ellipse, in units of the spacing of rows', () => {
    expect(verticalDiameter(rectangle(31, 7), { shape })).toBe(31);
    expect(verticalDiameter(ellipse(40, 20), { shape })).toBe(81);
    expect(verticalDiameter(ellipse(40, 20), { shape, spacing: [0.5, 9] })).toBe(40.5);
  });

  it('counts pixels in a column, as REFUGE does, not from first to last', () => {
    expect(verticalDiameter([1, 0, 0, 1, 1, 0], { shape: [6, 1] })).toBe(3);
    expect(verticalDiameter([1, 0, 1, 1, 0, 1], { shape: [3, 2] })).toBe(2);
  });

  it('of the cup over that of the disc is the vertical cup-to-disc ratio', () => {
    expect(verticalCupToDiscRatio(ellipse(20, 50), ellipse(60, 55), { shape })).toBeCloseTo(41 / 121, 12);
    expect(verticalCupToDiscRatio(new Uint8Array(size ** 2), ellipse(60, 55), { shape })).toBe(0);
    expect(verticalCupToDiscRatio([0.2, 0.6], [0.6, 0.6], { shape: [2, 1] })).toBe(0.5);
  });

  it('of an empty mask, and of an empty disc, is an error or what `empty` says', () => {
    const none = new Uint8Array(4);
    const options = { shape: [2, 2] };
    expect(() => verticalDiameter(none, options)).toThrow('verticalDiameter: mask is an empty mask');
    expect(verticalDiameter(none, { ...options, empty: 0 })).toBe(0);
    expect(() => verticalCupToDiscRatio(none, none, options)).toThrow(
      'verticalCupToDiscRatio: disc is an empty mask',
    );
    expect(verticalCupToDiscRatio(none, none, { ...options, empty: 0.5 })).toBe(0.5);
  });
});
