import { describe, expect, it } from 'vitest';
import { randomStream } from './random.js';
import { randomFusion } from './random-fusion.js';

const image = { data: new Float32Array(3), height: 1, width: 3, channels: 1 };
/** Rater r outlines pixel r alone, so that a fused mask is the weights themselves. */
const own = [0, 1, 2].map((r) => Uint8Array.from([0, 1, 2], (p) => Number(p === r)));
const example = { id: 'a', image, masks: [own[0]!, own[0]!], raters: [own, [null, own[1]!, own[2]!]] };

describe('randomFusion', () => {
  it('is a convex combination of the raters who outlined a structure, one draw for all structures', () => {
    const random = randomStream(3);
    for (let i = 0; i < 50; i++) {
      const [w, v] = randomFusion()
        .draw(example, random)
        .map((mask) => [...mask]);
      expect(w!.every((weight) => weight >= 0)).toBe(true);
      expect(w!.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
      expect(v![0]).toBe(0);
      expect(v![1]! + v![2]!).toBeCloseTo(1, 6);
      expect(v![1]! * w![2]!).toBeCloseTo(v![2]! * w![1]!, 6);
    }
  });

  it('is the mean vote at sharpness 0 and nearly one rater at a high one', () => {
    for (const weight of randomFusion({ sharpness: 0 }).draw(example, randomStream(1))[0]!)
      expect(weight).toBeCloseTo(1 / 3, 6);
    const sharp = randomFusion({ sharpness: 1e4 }).draw(example, randomStream(1))[0]!;
    expect(Math.max(...sharp)).toBeCloseTo(1, 3);
  });

  it('draws evenly from all combinations at sharpness 1: a weight is below x with probability 1 − (1 − x)²', () => {
    const random = randomStream(5);
    const weights = Array.from(
      { length: 4000 },
      () => randomFusion({ sharpness: 1 }).draw(example, random)[0]![1]!,
    );
    for (const x of [0.1, 0.3, 0.6]) {
      const share = weights.filter((weight) => weight < x).length / weights.length;
      expect(Math.abs(share - (1 - (1 - x) ** 2))).toBeLessThan(4 * Math.sqrt(0.25 / weights.length));
    }
  });

  it('refuses a sharpness below 0, and names the case that carries no raters', () => {
    expect(() => randomFusion({ sharpness: -1 })).toThrow('randomFusion: sharpness is -1');
    expect(() => randomFusion().draw({ ...example, raters: undefined }, randomStream(0))).toThrow(
      `randomFusion: case "a" carries no raters' masks`,
    );
  });
});
