import { describe, expect, it } from 'vitest';
import { randomStream } from './random.js';

const draw = (keys: number[], count: number) => {
  const random = randomStream(...keys);
  return Array.from({ length: count }, () => random.uniform());
};

describe('randomStream', () => {
  it('is the same for the same keys and another for others, in value and order', () => {
    expect(draw([1, 2, 3], 5)).toEqual(draw([1, 2, 3], 5));
    const all = [[1, 2, 3], [1, 2, 4], [1, 3, 2], [2, 2, 3], [1, 2], []].map((keys) => draw(keys, 1)[0]);
    expect(new Set(all).size).toBe(all.length);
  });

  it('is uniform and independent across neighbouring keys', () => {
    const n = 20_000;
    const values = Array.from({ length: n }, (_, i) => draw([7, i], 1)[0]!);
    const mean = values.reduce((sum, v) => sum + v, 0) / n;
    const lag = values.slice(1).reduce((sum, v, i) => sum + (v - 0.5) * (values[i]! - 0.5), 0) / n / (1 / 12);
    // Four standard errors of each.
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * n));
    expect(Math.abs(lag)).toBeLessThan(4 / Math.sqrt(n));
  });

  it('draws normal numbers of mean 0 and variance 1, and every permutation alike', () => {
    const random = randomStream(3);
    const n = 20_000;
    const values = Array.from({ length: n }, () => random.normal());
    const mean = values.reduce((sum, v) => sum + v, 0) / n;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const key = random.permutation(3).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt(1000));
  });
});
