import { describe, expect, it } from 'vitest';
import { byClass, descend, placements, rank } from './ranking.js';

const labels = [1, 0, 1, 0, 1];
const scores = [3, 3, 1, 2, 5];

describe('ranking', () => {
  it('keeps the order of the cases within a class, or sorts it', () => {
    expect(byClass('who', labels, scores)).toEqual({
      positives: Float64Array.of(3, 1, 5),
      negatives: Float64Array.of(3, 2),
    });
    expect(rank('who', labels, scores).positives).toEqual(Float64Array.of(1, 3, 5));
  });

  it('descends over the distinct scores with the cases at or above each', () => {
    const seen: number[][] = [];
    descend(rank('who', labels, scores), (...point) => seen.push(point));
    expect(seen).toEqual([
      [5, 1, 0],
      [3, 2, 1],
      [2, 2, 2],
      [1, 3, 2],
    ]);
  });

  it('places values among others, ties half', () => {
    expect([...placements(Float64Array.of(1, 3, 5), Float64Array.of(2, 3))]).toEqual([0, 1.5, 2]);
  });
});
