import { describe, expect, it } from 'vitest';
import { hausdorff, hausdorff95 } from '../index.js';

const line = (...places: number[]) => Uint8Array.from({ length: 40 }, (_, i) => Number(places.includes(i)));

describe('hausdorff', () => {
  it('is the greatest distance, hausdorff95 leaves the farthest twentieth aside', () => {
    const prediction = line(...Array.from({ length: 20 }, (_, i) => 2 * i));
    const reference = line(...Array.from({ length: 20 }, (_, i) => 2 * i).slice(0, 19));
    const shape = [40];
    expect(hausdorff(prediction, reference, { shape })).toBe(2);
    expect(hausdorff(prediction, reference, { shape, percentile: 100 })).toBe(2);
    // 19 distances of 0 and one of 2: the 95th percentile lies a twentieth of the way from the 19th to the 20th
    expect(hausdorff95(prediction, reference, { shape })).toBeCloseTo(2 * 0.05, 12);
    expect(hausdorff95(prediction, reference, { shape })).toBe(
      hausdorff(prediction, reference, { shape, percentile: 95 }),
    );
  });

  it('tells two empty masks from one', () => {
    const [one, none] = [
      [1, 1, 0],
      [0, 0, 0],
    ];
    const shape = [1, 3];
    for (const metric of [hausdorff, hausdorff95]) {
      expect(metric(none, none, { shape, bothEmpty: 0 })).toBe(0);
      expect(() => metric(one, none, { shape, bothEmpty: 0 })).toThrow(
        `${metric.name}: reference is an empty mask; give the value to return as \`oneEmpty\``,
      );
      expect(metric(one, none, { shape, bothEmpty: 0, oneEmpty: 373.1 })).toBe(373.1);
      expect(metric(none, one, { shape, oneEmpty: 373.1 })).toBe(373.1);
      expect(() => metric(none, none, { shape, oneEmpty: 373.1 })).toThrow(
        `${metric.name}: both masks are empty; give the value to return as \`bothEmpty\``,
      );
    }
  });

  it('takes labels', () => {
    const prediction = [1, 1, 0, 2, 0, 0];
    const reference = [1, 0, 0, 0, 0, 2];
    expect(hausdorff(prediction, reference, { shape: [6], labels: [1, 2] })).toEqual({
      labels: [1, 2],
      values: [1, 2],
      macro: 1.5,
      weighted: 1.5,
    });
    expect(() => hausdorff(prediction, reference, { shape: [6], labels: [1, 3] })).toThrow(
      'hausdorff: both masks are empty for label 3; give',
    );
  });
});
