import { describe, expect, it } from 'vitest';
import { boundaryIou, jaccard } from '../index.js';

const square = (low: number, high: number) =>
  Uint8Array.from({ length: 144 }, (_, i) => {
    const [y, x] = [Math.floor(i / 12), i % 12];
    return Number(y >= low && y < high && x >= low && x < high);
  });
const shape = [12, 12];

describe('boundaryIou', () => {
  it('of two squares, one larger by a pixel on every side, by hand', () => {
    // one deep: rings of 28 and 20 pixels share nothing; two deep: 48 and 32, and share the 20 of the inner one's first ring
    expect(boundaryIou(square(2, 10), square(3, 9), { shape, distance: 1 })).toBe(0);
    expect(boundaryIou(square(2, 10), square(3, 9), { shape, distance: 2 })).toBe(20 / (48 + 32 - 20));
    expect(boundaryIou(square(2, 10), square(3, 9), { shape, distance: 1, spacing: [0.5, 0.5] })).toBe(
      20 / 60,
    );
  });

  it('is the Jaccard index where all of a mask is boundary', () => {
    const [a, b] = [square(1, 7), square(4, 11)];
    expect(boundaryIou(a, b, { shape, distance: 100 })).toBe(jaccard(a, b));
    expect(boundaryIou(a, a, { shape, distance: 1 })).toBe(1);
  });

  it('refuses a distance that no voxel of a mask is within, rather than call equal masks different', () => {
    const options = { shape: [1, 3], spacing: [5, 0.1] };
    expect(boundaryIou([0, 1, 1], [0, 1, 1], { ...options, distance: 0.1 })).toBe(1);
    expect(() => boundaryIou([0, 1, 1], [0, 1, 1], { ...options, distance: 0.09 })).toThrow(
      new RangeError('boundaryIou: distance is 0.09, expected at least the smallest spacing, 0.1'),
    );
  });

  it('takes beyond the image for outside', () => {
    const full = new Uint8Array(9).fill(1);
    const ring = [1, 1, 1, 1, 0, 1, 1, 1, 1];
    expect(boundaryIou(full, ring, { shape: [3, 3], distance: 1 })).toBe(1);
  });
});
