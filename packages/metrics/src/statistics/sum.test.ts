import { describe, expect, it } from 'vitest';
import { itself, mean, product, sum } from './sum.js';

describe('sum', () => {
  it('adds up what a function makes of the values and their places', () => {
    expect(sum([1, 2, 3], (value, i) => value * i)).toBe(8);
    expect(mean(Float32Array.of(1, 2, 6), itself)).toBe(3);
    expect([product([2, 3, 4]), product([])]).toEqual([24, 1]);
  });
});
