import { describe, expect, it } from 'vitest';
import { relativeVolumeDifference, volumeSimilarity } from '../index.js';

describe('volumeSimilarity', () => {
  it('compares sizes, wherever the masks lie', () => {
    expect(volumeSimilarity([1, 0, 0, 0], [0, 1, 1, 1])).toBe(1 - 2 / 4);
    expect(volumeSimilarity([1, 1, 0, 0], [0, 0, 1, 1])).toBe(1);
    expect(volumeSimilarity([0, 0], [0, 0])).toBe(1);
    expect(volumeSimilarity([0, 0], [0, 1])).toBe(0);
    expect(volumeSimilarity([1, 1, 2], [2, 2, 1], { labels: [1, 2] }).values).toEqual([2 / 3, 2 / 3]);
  });
});

describe('relativeVolumeDifference', () => {
  it('is above 0 for what is too large', () => {
    expect(relativeVolumeDifference([1, 1, 1], [1, 1, 0])).toBe(0.5);
    expect(relativeVolumeDifference([0, 0, 0], [1, 1, 0])).toBe(-1);
    expect(() => relativeVolumeDifference([1, 0], [0, 0])).toThrow('reference is an empty mask');
  });
});
