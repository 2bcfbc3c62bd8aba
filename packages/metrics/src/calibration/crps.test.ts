import { describe, expect, it } from 'vitest';
import peers from '../fixtures/peers.json' with { type: 'json' };
import { crps, crpsNormal } from '../index.js';

describe('crps', () => {
  it('is E|X − y| − ½·E|X − X′|, by hand and over all pairs', () => {
    expect(crps([[2]], [5])).toBe(3);
    expect(crps([[0], [2]], [1])).toBeCloseTo(1 - 0.5 * 1, 12);
    const ensemble = [
      [3, 0.5],
      [1, 4],
      [2, -7],
      [2, 0],
    ];
    const observed = [2.5, 1];
    const expected = observed.map((y, i) => {
      const x = ensemble.map((member) => member[i]!);
      const off = x.reduce((sum, value) => sum + Math.abs(value - y), 0) / 4;
      return off - x.reduce((sum, a) => sum + x.reduce((s, b) => s + Math.abs(a - b), 0), 0) / 32;
    });
    expect(crps(ensemble, observed)).toBeCloseTo((expected[0]! + expected[1]!) / 2, 12);
  });
});

describe('crpsNormal', () => {
  it('is the integral of (F − step)², by SciPy', () => {
    const { means, deviations, observed, crps: expected } = peers.crps;
    means.forEach((mean, i) => {
      expect(crpsNormal([mean], [deviations[i]!], [observed[i]!])).toBeCloseTo(expected[i]!, 7);
    });
    expect(crpsNormal([1], [0], [3])).toBe(2);
  });

  it('is what a large ensemble comes to', () => {
    const n = 4000;
    const normal = Array.from({ length: n }, (_, i) => Math.sqrt(-2 * Math.log((i + 0.5) / n)));
    const ensemble = normal.map((r, i) => [r * Math.cos(2 * Math.PI * ((i * 0.6180339887) % 1))]);
    expect(crps(ensemble, [0.3])).toBeCloseTo(crpsNormal([0], [1], [0.3]), 2);
  });
});
