import { describe, expect, it } from 'vitest';
import fixtures from '../fixtures/scikit-learn.json' with { type: 'json' };
import { distanceTransform } from '../index.js';

describe('distanceTransform', () => {
  it.each(fixtures.distances)(
    "the distance transform equals SciPy's, $shape",
    ({ mask, distance, ...geometry }) => {
      const sites = new Uint8Array(distance.length);
      for (const i of mask) sites[i] = 1;
      const actual = distanceTransform(sites, geometry);
      actual.forEach((value, i) => {
        expect(value).toBeCloseTo(distance[i]!, 9);
      });
    },
  );

  it('the distance transform of an empty mask is Infinity everywhere, of a full one 0', () => {
    expect([...distanceTransform([0, 0, 0, 0], { shape: [2, 2] })]).toEqual(new Array(4).fill(Infinity));
    expect([...distanceTransform([1, 1, 1, 1], { shape: [2, 2] })]).toEqual([0, 0, 0, 0]);
    expect([...distanceTransform([0.4, 0, 0.2, 0], { shape: [4], threshold: 0.3 })]).toEqual([0, 1, 2, 3]);
  });
});
