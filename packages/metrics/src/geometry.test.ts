import { describe, expect, it } from 'vitest';
import { binarise, checkGeometry, planar } from './geometry.js';

describe('geometry', () => {
  it('binarises with greater than, over block borders', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => i / 10_000);
    expect([...binarise('who', 'mask', values, 0.5)]).toEqual(values.map((value) => Number(value > 0.5)));
    expect(() => binarise('who', 'mask', Float32Array.of(0, Number.NaN), 0.5)).toThrow('who: mask[1] is NaN');
  });

  it('gives a spacing of 1 unless told', () => {
    expect(checkGeometry('who', 6, { shape: [2, 3] })).toEqual([1, 1]);
    expect(checkGeometry('who', 6, { shape: [2, 3], spacing: [0.5, 2] })).toEqual([0.5, 2]);
  });

  it('reads a plane by its rows and columns', () => {
    const options = { shape: [1, 2], spacing: [3, 4], threshold: 0.2 };
    expect(planar('who', 'mask', [0.1, 0.3], options)).toEqual({
      inside: Uint8Array.of(0, 1),
      height: 1,
      width: 2,
      stepY: 3,
      stepX: 4,
    });
  });
});
