import { describe, expect, it } from 'vitest';
import { uniform } from './random.js';

describe('the random stream', () => {
  it('is uniform in [0, 1) and uncorrelated', () => {
    const random = uniform(123);
    const draws = Array.from({ length: 100_000 }, random);
    expect(draws.every((value) => value >= 0 && value < 1)).toBe(true);
    const counts = new Array<number>(20).fill(0);
    let product = 0;
    draws.forEach((value, i) => {
      counts[Math.floor(20 * value)]!++;
      product += (value - 0.5) * ((draws[i + 1] ?? 0.5) - 0.5);
    });
    const chiSquare = counts.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0);
    expect(chiSquare).toBeLessThan(43.8); // the 0.1 % point with 19 degrees of freedom
    expect(Math.abs(product / 100_000) * 12).toBeLessThan(0.01);
  });
});
