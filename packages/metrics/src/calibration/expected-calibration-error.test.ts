import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean } from '../fixtures/ranked.js';
import { expectedCalibrationError } from '../index.js';

describe('expectedCalibrationError', () => {
  it('the expected calibration error comes out by hand', () => {
    // bins [0, .5) and [.5, 1]: mean .2 against 1/2 of two, mean .9 against 2/3 of three
    const error = (2 / 5) * Math.abs(0.2 - 1 / 2) + (3 / 5) * Math.abs(0.9 - 2 / 3);
    expect(expectedCalibrationError([0, 1, 1, 0, 1], [0.1, 0.3, 0.8, 0.9, 1], { bins: 2 })).toBeCloseTo(
      error,
      12,
    );
    expect(expectedCalibrationError([0, 1], [0, 1])).toBe(0);
    expect(expectedCalibrationError([1, 0], [0, 1])).toBe(1);
  });

  it('the expected calibration error equals its definition', () => {
    const forecast = fc.tuple(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(forecast, { minLength: 1 }), fc.integer({ min: 1, max: 20 }), (pairs, bins) => {
        let expected = 0;
        for (let k = 0; k < bins; k++) {
          const bin = pairs.filter(([, p]) => Math.min(bins - 1, Math.floor(p * bins)) === k);
          if (!bin.length) continue;
          expected +=
            (bin.length / pairs.length) *
            Math.abs(mean(bin.map(([, p]) => p)) - mean(bin.map(([label]) => label)));
        }
        const labels = pairs.map(([label]) => label);
        const probabilities = pairs.map(([, p]) => p);
        expect(expectedCalibrationError(labels, probabilities, { bins })).toBeCloseTo(expected, 10);
      }),
    );
  });
});
