import { describe, expect, it } from 'vitest';
import { ellipse, rectangle, size } from '../fixtures/drawings.js';
import { areaRatio } from '../index.js';

describe('areaRatio', () => {
  it('is that of the areas', () => {
    expect(areaRatio(rectangle(11, 21), rectangle(31, 41))).toBeCloseTo((11 * 21) / (31 * 41), 12);
    expect(areaRatio(ellipse(30, 20), ellipse(60, 55))).toBeCloseTo((30 * 20) / (60 * 55), 2);
    expect(areaRatio(new Uint8Array(size ** 2), ellipse(3, 3))).toBe(0);
    expect(() => areaRatio([1], [0])).toThrow('areaRatio: whole is an empty mask');
    expect(areaRatio([1], [0], { empty: 9 })).toBe(9);
  });
});
