import { describe, expect, it } from 'vitest';
import peers from '../fixtures/peers.json' with { type: 'json' };
import { components } from './components.js';
import { skeleton } from './skeleton.js';

describe('skeleton', () => {
  it('lies inside the mask, keeps its components, and is a fixed point', () => {
    for (const { shape, mask, corners, skeleton: length } of peers.lines) {
      const inside = new Uint8Array(shape.reduce((a, b) => a * b, 1));
      for (const voxel of mask) inside[voxel] = 1;
      const line = skeleton('who', inside, shape);
      expect(line.every((value, i) => value <= inside[i]!)).toBe(true);
      expect(components(line, shape, true).count).toBe(corners);
      expect(skeleton('who', line, shape)).toEqual(line);
      // scikit-image thins by another order: about as many voxels are left
      const left = line.reduce((sum, value) => sum + value, 0);
      expect(left / length).toBeGreaterThan(0.6);
      expect(left / length).toBeLessThan(1.6);
    }
  });

  it('of a bar is a line, of a ring a ring, of a ball next to nothing', () => {
    const bar = new Uint8Array(5 * 20).fill(1);
    const line = skeleton('who', bar, [5, 20]);
    const rows = [0, 1, 2, 3, 4].map((row) =>
      line.subarray(20 * row, 20 * row + 20).reduce((a, b) => a + b, 0),
    );
    expect(Math.max(...rows)).toBeGreaterThanOrEqual(14);
    const ring = Uint8Array.from({ length: 21 * 21 }, (_, i) => {
      const far = Math.hypot(Math.floor(i / 21) - 10, (i % 21) - 10);
      return Number(far < 9 && far > 5);
    });
    const hollow = skeleton('who', ring, [21, 21]);
    expect(
      components(
        hollow.map((value) => 1 - value),
        [21, 21],
        false,
      ).count,
    ).toBe(2);
    const ball = Uint8Array.from({ length: 11 ** 3 }, (_, i) =>
      Number(Math.hypot(Math.floor(i / 121) - 5, (Math.floor(i / 11) % 11) - 5, (i % 11) - 5) < 4.5),
    );
    const core = skeleton('who', ball, [11, 11, 11]);
    expect(core.reduce((sum, value) => sum + value, 0)).toBeLessThan(30);
    expect(components(core, [11, 11, 11], true).count).toBe(1);
  });
});
