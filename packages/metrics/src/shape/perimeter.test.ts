import { describe, expect, it } from 'vitest';
import { circumference, draw, ellipse, rectangle, shape } from '../fixtures/drawings.js';
import { borderIrregularity, compactness, perimeter } from '../index.js';

describe('perimeter', () => {
  it('is within 1 % of the circumference of ellipses, turned or stretched', () => {
    for (const angle of [0, 0.3, Math.PI / 4, 2]) {
      const length = perimeter(ellipse(50, 70, angle), { shape });
      expect(Math.abs(length / circumference(50, 70) - 1)).toBeLessThan(0.01);
    }
    const stretched = perimeter(ellipse(60, 60), { shape, spacing: [0.7, 1] });
    expect(Math.abs(stretched / circumference(42, 60) - 1)).toBeLessThan(0.01);
  });

  it('of a rectangle is what Crofton gives in four directions', () => {
    const expected = (h: number, w: number) =>
      (Math.PI / 8) * (2 * h + 2 * w + 4 * Math.SQRT1_2 * (h + w - 1));
    expect(perimeter(rectangle(31, 7), { shape })).toBeCloseTo(expected(31, 7), 10);
    expect(perimeter(new Uint8Array(12).fill(1), { shape: [3, 4] })).toBeCloseTo(expected(3, 4), 10);
    expect(expected(1000, 1000) / 4000).toBeGreaterThan(0.945);
    expect(perimeter([0, 0], { shape: [1, 2] })).toBe(0);
  });

  it('over area makes compactness 1 for a disc, less for an ellipse, and irregularity its reciprocal', () => {
    expect(Math.abs(compactness(ellipse(80, 80), { shape }) - 1)).toBeLessThan(0.02);
    const oval = (4 * Math.PI * Math.PI * 30 * 80) / circumference(30, 80) ** 2;
    expect(Math.abs(compactness(ellipse(30, 80), { shape }) / oval - 1)).toBeLessThan(0.02);
    const star = draw((y, x) => Math.hypot(y, x) < 50 + 25 * Math.sin(9 * Math.atan2(y, x)));
    expect(borderIrregularity(star, { shape })).toBeGreaterThan(2);
    expect(borderIrregularity(star, { shape }) * compactness(star, { shape })).toBeCloseTo(1, 12);
    expect(() => compactness([0], { shape: [1, 1] })).toThrow('compactness: mask is an empty mask');
    expect(borderIrregularity([0], { shape: [1, 1], empty: 1 })).toBe(1);
  });
});
