import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draw, ellipse, rectangle, shape } from '../fixtures/drawings.js';
import { asymmetry } from '../index.js';

describe('asymmetry', () => {
  it('is 0 for what lies symmetric to the axes of the image', () => {
    for (const mask of [rectangle(31, 7), ellipse(40, 20), ellipse(33, 33), rectangle(20, 20)]) {
      expect(asymmetry(mask, { shape })).toEqual({ major: 0, minor: 0 });
    }
  });

  it('is small for a turned ellipse: only pixels at the border can differ', () => {
    for (const angle of [0.2, Math.PI / 4, 1.1, 2.5]) {
      const { major, minor } = asymmetry(ellipse(40, 70, angle), { shape });
      expect(major).toBeLessThan(0.02);
      expect(minor).toBeLessThan(0.02);
    }
  });

  it('of an isosceles triangle is 0 about its height and 1/3 about the other axis', () => {
    const triangle = draw((y, x) => y >= -75 && y <= 75 && Math.abs(x) <= (y + 75) / 5);
    const { major, minor } = asymmetry(triangle, { shape });
    expect(major).toBe(0);
    expect(Math.abs(minor - 1 / 3)).toBeLessThan(0.01);
    const turned = draw((x, y) => y >= -75 && y <= 75 && Math.abs(x) <= (y + 75) / 5);
    expect(asymmetry(turned, { shape }).major).toBe(0);
    expect(asymmetry(turned, { shape }).minor).toBe(minor);
  });

  it('measures in space: a mask stretched by its spacing turns its axes along', () => {
    // a triangle pointing up, half as high as it is wide in pixels, and twice as high in space
    const triangle = draw((y, x) => y >= -30 && y <= 30 && Math.abs(x) <= y + 30);
    const flat = asymmetry(triangle, { shape });
    const tall = asymmetry(triangle, { shape, spacing: [4, 1] });
    expect(flat.minor).toBe(0);
    expect(tall.major).toBe(0);
    expect(tall.minor).toBe(flat.major);
  });

  it('lies in [0, 1]', () => {
    const masks = fc.array(fc.constantFrom(0, 1), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(masks, (mask) => {
        fc.pre(mask.includes(1));
        const { major, minor } = asymmetry(mask, { shape: [5, 6] });
        for (const value of [major, minor]) expect(value >= 0 && value <= 1).toBe(true);
      }),
    );
    expect(() => asymmetry([0, 0], { shape: [1, 2] })).toThrow('asymmetry: mask is an empty mask');
  });
});
