import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixtures from './fixtures/scikit-learn.json' with { type: 'json' };
import {
  confusion,
  dice,
  jaccard,
  precision,
  sensitivity,
  softDice,
  softDiceProfile,
  specificity,
} from './index.js';
import { uniform } from './random.js';

fc.configureGlobal({ seed: 1 });

/** The definition, written as directly as it can be. */
function diceAt(prediction: ArrayLike<number>, reference: ArrayLike<number>, threshold: number): number {
  let both = 0;
  let sum = 0;
  for (let i = 0; i < prediction.length; i++) {
    const p = prediction[i]! > threshold;
    const r = reference[i]! > threshold;
    if (p && r) both++;
    sum += Number(p) + Number(r);
  }
  return sum ? (2 * both) / sum : 1;
}

const arrays = {
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int32Array,
  Float32Array,
  Float64Array,
  Array: { from: (values: Iterable<number>) => Array.from(values) },
};

describe('overlap', () => {
  it('equals scikit-learn on random masks', () => {
    const { prediction, reference, ...expected } = fixtures.overlap;
    expect(dice(prediction, reference)).toBeCloseTo(expected.dice, 14);
    expect(jaccard(prediction, reference)).toBeCloseTo(expected.jaccard, 14);
    expect(sensitivity(prediction, reference)).toBeCloseTo(expected.sensitivity, 14);
    expect(specificity(prediction, reference)).toBeCloseTo(expected.specificity, 14);
    expect(precision(prediction, reference)).toBeCloseTo(expected.precision, 14);
    const { trueNegatives, falsePositives, falseNegatives, truePositives } = confusion(prediction, reference);
    expect([
      [trueNegatives, falsePositives],
      [falseNegatives, truePositives],
    ]).toEqual(expected.confusion);
  });

  it('binarises with greater than, at 0.5 unless told', () => {
    expect(dice([0.5, 0.6], [0, 1])).toBe(1);
    expect(dice([0.5, 0.6], [0, 1], { threshold: 0.4 })).toBeCloseTo(2 / 3);
    expect(confusion([3, 1, 0], [2, 2, 2], { threshold: 1 })).toEqual({
      truePositives: 1,
      falsePositives: 0,
      falseNegatives: 2,
      trueNegatives: 0,
    });
  });

  it('returns 1, or what `empty` says, for two empty masks', () => {
    const empty = [0, 0, 0];
    expect(dice(empty, empty)).toBe(1);
    expect(jaccard(empty, empty)).toBe(1);
    expect(softDice(empty, empty)).toBe(1);
    expect(dice(empty, empty, { empty: 0 })).toBe(0);
    expect(jaccard(empty, empty, { empty: Number.NaN })).toBeNaN();
    expect(softDiceProfile([0.6, 0], [0.2, 0], { thresholds: [0.1, 0.9], empty: 7 })).toEqual([1, 7]);
    expect(dice(empty, [0, 1, 0])).toBe(0);
  });

  it('throws for a share of nothing unless `empty` is given', () => {
    expect(() => sensitivity([1, 0], [0, 0])).toThrow(/^sensitivity: reference is an empty mask; .*`empty`/);
    expect(() => specificity([1, 0], [1, 1])).toThrow(/^specificity: reference has no background/);
    expect(() => precision([0, 0], [1, 1])).toThrow(/^precision: prediction is an empty mask/);
    expect(sensitivity([1, 0], [0, 0], { empty: 0 })).toBe(0);
    expect(specificity([1, 0], [1, 1], { empty: 1 })).toBe(1);
    expect(precision([0, 0], [1, 1], { empty: 0.5 })).toBe(0.5);
  });

  it('gives the soft Dice as the mean of its profile, by hand', () => {
    const prediction = [0.05, 0.2, 0.6, 0.95];
    const reference = [0, 0, 0.5, 1];
    // above 0.1: 3 and 2, both 2; above 0.3: 2 and 2, both 2; above 0.5: 2 and 1, both 1; then 1 and 1, both 1
    const profile = [4 / 5, 1, 2 / 3, 1, 1];
    expect(softDiceProfile(prediction, reference)).toEqual(profile);
    expect(softDice(prediction, reference)).toBeCloseTo(profile.reduce((a, b) => a + b) / 5, 15);
  });

  it('takes thresholds in any order, repeated, more than five, and outside [0, 1]', () => {
    const random = uniform(3);
    const prediction = Array.from({ length: 300 }, () => 6 * random() - 2);
    const reference = prediction.map((value) => value + random() - 0.5);
    const thresholds = [0.5, -1, 3, 0.25, 0.5, 2, 0, -0, 1.9999999999, 1e-300, 0.1, 0.9, -0.5];
    expect(softDiceProfile(prediction, reference, { thresholds })).toEqual(
      thresholds.map((threshold) => diceAt(prediction, reference, threshold)),
    );
  });

  it('compares exactly next to a threshold, in single and in double precision', () => {
    const thresholds = [0.1, 0.3, 0.5, Math.fround(0.7), 0.9];
    const near = thresholds.flatMap((t) => {
      const single = Math.fround(t);
      return [
        t,
        t * (1 + 2 ** -52),
        t * (1 - 2 ** -52),
        single,
        single * (1 + 2 ** -22),
        single * (1 - 2 ** -22),
      ];
    });
    for (const Kind of [Float32Array, Float64Array]) {
      const values = Kind.from([...near, 0, 1, 2, -0, 1e30, -1e30, 1e-300, 5e-324]);
      const ones = new Uint8Array(values.length).fill(1);
      expect(softDiceProfile(values, ones, { thresholds })).toEqual(
        thresholds.map((threshold) => diceAt(values, ones, threshold)),
      );
    }
  });

  it('is the same for every kind of array, in any combination and over block borders', () => {
    const random = uniform(5);
    const prediction = Array.from({ length: 20_011 }, () => Math.round(random()));
    const reference = Array.from({ length: 20_011 }, () => Math.round(random()));
    const expected = diceAt(prediction, reference, 0.5);
    for (const A of Object.values(arrays)) {
      for (const B of Object.values(arrays))
        expect(dice(A.from(prediction), B.from(reference))).toBe(expected);
    }
  });

  it('reads a view into a larger buffer at its place', () => {
    const values = Float32Array.of(9, 9, 9, 0.2, 0.8, 1, 9);
    const wide = Float64Array.from(values);
    expect(confusion(values.subarray(3, 6), [0, 1, 1])).toMatchObject({ truePositives: 2, trueNegatives: 1 });
    expect(confusion(wide.subarray(3, 6), [0, 1, 1])).toMatchObject({ truePositives: 2, trueNegatives: 1 });
  });

  const masks = fc.integer({ min: 1, max: 200 }).chain((length) => {
    const mask = fc.array(fc.double({ min: -0.5, max: 2.5, noNaN: true }), {
      minLength: length,
      maxLength: length,
    });
    return fc.tuple(mask, mask);
  });

  it('equals the definition, is symmetric and lies in [0, 1]', () => {
    fc.assert(
      fc.property(
        masks,
        fc.array(fc.double({ min: -1, max: 3, noNaN: true }), { minLength: 1 }),
        ([a, b], thresholds) => {
          const profile = softDiceProfile(a, b, { thresholds });
          expect(profile).toEqual(thresholds.map((threshold) => diceAt(a, b, threshold)));
          expect(softDiceProfile(b, a, { thresholds })).toEqual(profile);
          for (const value of profile) expect(value >= 0 && value <= 1).toBe(true);
          const single = [a, b].map((values) => Float32Array.from(values)) as [Float32Array, Float32Array];
          expect(softDiceProfile(...single, { thresholds })).toEqual(
            thresholds.map((threshold) => diceAt(...single, threshold)),
          );
        },
      ),
    );
  });

  it('keeps the laws between the overlap metrics', () => {
    fc.assert(
      fc.property(masks, ([a, b]) => {
        const d = dice(a, b);
        expect(jaccard(a, b)).toBeCloseTo(d / (2 - d), 12);
        expect(dice(a, a)).toBe(1);
        const { truePositives, falsePositives, falseNegatives, trueNegatives } = confusion(a, b);
        expect(truePositives + falsePositives + falseNegatives + trueNegatives).toBe(a.length);
        const empty = 0;
        const p = precision(a, b, { empty });
        const s = sensitivity(a, b, { empty });
        if (truePositives) expect(d).toBeCloseTo((2 * p * s) / (p + s), 12);
        expect(sensitivity(b, a, { empty })).toBe(p);
      }),
    );
  });
});
