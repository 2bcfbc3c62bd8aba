import { describe, expect, it } from 'vitest';
import peers from '../fixtures/peers.json' with { type: 'json' };
import { components } from './components.js';

describe('components', () => {
  it("are as many as SciPy's, over faces and over corners", () => {
    for (const { shape, mask, corners, faces } of peers.lines) {
      const inside = new Uint8Array(shape.reduce((a, b) => a * b, 1));
      for (const voxel of mask) inside[voxel] = 1;
      expect(components(inside, shape, true).count).toBe(corners);
      expect(components(inside, shape, false).count).toBe(faces);
    }
  });

  it('are numbered by their first voxels', () => {
    const inside = Uint8Array.of(0, 1, 0, 1, 0, 0, 0, 0, 1);
    expect([...components(inside, [3, 3], false).map]).toEqual([0, 1, 0, 2, 0, 0, 0, 0, 3]);
    expect([...components(inside, [3, 3], true).map]).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 2]);
  });
});
