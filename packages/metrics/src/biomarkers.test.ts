import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areaRatio,
  asymmetry,
  borderIrregularity,
  compactness,
  perimeter,
  verticalCupToDiscRatio,
  verticalDiameter,
} from './index.js';

fc.configureGlobal({ seed: 1 });

const size = 201;
const shape = [size, size];

/** Draws what `inside` says of the offsets (down, right) from the centre of the image. */
function draw(inside: (y: number, x: number) => boolean, [height, width] = [size, size]): Uint8Array {
  return Uint8Array.from({ length: height! * width! }, (_, i) =>
    Number(inside(Math.floor(i / width!) - (height! - 1) / 2, (i % width!) - (width! - 1) / 2)),
  );
}

const ellipse = (ry: number, rx: number, angle = 0) =>
  draw((y, x) => {
    const along = Math.cos(angle) * x + Math.sin(angle) * y;
    const across = Math.cos(angle) * y - Math.sin(angle) * x;
    return (along / rx) ** 2 + (across / ry) ** 2 <= 1;
  });

const rectangle = (height: number, width: number) =>
  draw((y, x) => Math.abs(y) <= (height - 1) / 2 && Math.abs(x) <= (width - 1) / 2);

/** Ramanujan's second formula, right to nine digits for these. */
function circumference(a: number, b: number): number {
  const h = ((a - b) / (a + b)) ** 2;
  return Math.PI * (a + b) * (1 + (3 * h) / (10 + Math.sqrt(4 - 3 * h)));
}

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

describe('areaRatio', () => {
  it('is that of the areas', () => {
    expect(areaRatio(rectangle(11, 21), rectangle(31, 41))).toBeCloseTo((11 * 21) / (31 * 41), 12);
    expect(areaRatio(ellipse(30, 20), ellipse(60, 55))).toBeCloseTo((30 * 20) / (60 * 55), 2);
    expect(areaRatio(new Uint8Array(size ** 2), ellipse(3, 3))).toBe(0);
    expect(() => areaRatio([1], [0])).toThrow('areaRatio: whole is an empty mask');
    expect(areaRatio([1], [0], { empty: 9 })).toBe(9);
  });
});

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
