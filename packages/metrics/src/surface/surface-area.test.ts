import { describe, expect, it } from 'vitest';
import { areaSurfaceDice } from '../index.js';
import { elementAreas } from './surface-area.js';

describe('elementAreas', () => {
  it('has the lengths of marching squares', () => {
    // corners, sides and diagonals, on pixels 2 high and 3 wide
    const areas = elementAreas([2, 3]);
    const corner = Math.hypot(2, 3) / 2;
    expect([...areas]).toEqual([
      0,
      corner,
      corner,
      2,
      corner,
      3,
      2 * corner,
      corner,
      corner,
      2 * corner,
      3,
      corner,
      2,
      corner,
      corner,
      0,
    ]);
  });

  it("has the areas in the table of DeepMind's surface-distance, on voxels of 1 × 1 × 1", () => {
    const areas = elementAreas([1, 1, 1]);
    const one = Math.sqrt(3) / 8;
    const table: [corners: number[], normals: number][] = [
      [[7], one],
      [[6, 7], Math.SQRT1_2],
      [[5, 6, 7], 0.5 + 3 * one],
      [[4, 5, 6, 7], 1],
      [[3, 5, 6, 7], 6 * one],
      [[0, 7], 2 * one],
      [[0, 3, 5, 6], 4 * one],
      [[0, 4, 3, 7], Math.SQRT2],
      [[1, 5, 4, 6], 4 * one + Math.SQRT1_2],
    ];
    for (const [corners, area] of table) {
      const code = corners.reduce((bits, k) => bits | (1 << k), 0);
      expect(areas[code]).toBeCloseTo(area, 12);
      expect(areas[255 - code]).toBeCloseTo(area, 12);
    }
  });
});

describe('areaSurfaceDice', () => {
  const cube = (low: number, high: number) =>
    Uint8Array.from({ length: 1000 }, (_, i) =>
      Number([Math.floor(i / 100), Math.floor(i / 10) % 10, i % 10].every((x) => x >= low && x < high)),
    );
  const shape = [10, 10, 10];

  it('is the share of area, by hand', () => {
    expect(areaSurfaceDice(cube(2, 8), cube(2, 8), { shape, tolerance: 0 })).toBe(1);
    expect(areaSurfaceDice(cube(2, 8), cube(3, 7), { shape, tolerance: 0.9 })).toBe(0);
    expect(areaSurfaceDice(cube(2, 8), cube(3, 7), { shape, tolerance: 2 })).toBe(1);
    // two bars of pixels, one longer by two: what lies beyond a distance of 1 is one corner element at either side of the end
    const [long, short] = [
      [0, 1, 1, 1, 1, 1, 0],
      [0, 1, 1, 1, 0, 0, 0],
    ];
    const share = areaSurfaceDice([...long], [...short], { shape: [1, 7], tolerance: 1 });
    const ends = 4 * (Math.SQRT2 / 2);
    const whole = 2 * ends + 2 * 4 + 2 * 2;
    expect(share).toBeCloseTo((whole - 2 * (Math.SQRT2 / 2)) / whole, 12);
  });

  it('weighs by the size of faces: a wide plate is told by its large sides', () => {
    const plate = Uint8Array.from({ length: 300 }, (_, i) => Number(Math.floor(i / 100) === 1));
    const thick = Uint8Array.from({ length: 300 }, (_, i) => Number(Math.floor(i / 100) >= 1));
    const value = areaSurfaceDice(plate, thick, { shape: [3, 10, 10], spacing: [5, 1, 1], tolerance: 1 });
    // an end: 81 whole elements, 36 at its edges, 4 at its corners; a layer of sides: 36 whole ones and 4 edges
    const end = 81 + (36 * Math.hypot(1, 5)) / 2 + (4 * Math.hypot(1, 5, 5)) / 8;
    const sides = 36 * 5 + (4 * Math.hypot(5, 5)) / 2;
    // too far away: the thick one's upper end, and what of the plate's is two steps or more from its edge
    expect(value).toBeCloseTo((4 * end + sides - end - 49) / (4 * end + sides), 12);
  });
});
