import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diceAt, masks } from '../fixtures/masks.js';
import { softDiceProfile } from '../index.js';

describe('overlapCounts', () => {
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
});
