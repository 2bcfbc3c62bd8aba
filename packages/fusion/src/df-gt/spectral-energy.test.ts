import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uniform } from './random.js';
import { highFrequencyShare } from './spectral-energy.js';

const wave = (height: number, width: number, u: number, v: number, amplitude = 1) =>
  Float64Array.from(
    { length: height * width },
    (_, p) =>
      amplitude * Math.cos(2 * Math.PI * ((u * Math.floor(p / width)) / height + (v * (p % width)) / width)),
  );

describe('highFrequencyShare', () => {
  test('is 0 below the cutoff and 1 above it, for a single wave', () => {
    const size = { height: 16, width: 24 };
    expect(highFrequencyShare(wave(16, 24, 2, 3), size)).toBeCloseTo(0, 9);
    expect(highFrequencyShare(wave(16, 24, 3, 0), size)).toBeCloseTo(1, 9);
    expect(highFrequencyShare(wave(16, 24, 0, 4), size)).toBeCloseTo(1, 9);
    expect(highFrequencyShare(wave(16, 24, 3, 0), { ...size, cutoff: 0.5 })).toBeCloseTo(0, 9);
  });

  test('shares energy as the squares of the amplitudes', () => {
    const [low, high] = [wave(15, 17, 1, 1, 3), wave(15, 17, 5, 2, 2)];
    const share = highFrequencyShare(
      low.map((value, p) => value + high[p]!),
      { height: 15, width: 17 },
    );
    expect(share).toBeCloseTo(4 / 13, 9);
  });

  test('does not change with an offset or a scale', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 }),
        fc.double({ min: 0.5, max: 4, noNaN: true }),
        (map, scale) => {
          fc.pre(Math.max(...map) - Math.min(...map) > 0.01);
          const share = highFrequencyShare(map, { height: 4, width: 5 });
          expect(
            highFrequencyShare(
              map.map((x) => scale * x + 3),
              { height: 4, width: 5 },
            ),
          ).toBeCloseTo(share, 6);
        },
      ),
    );
  });

  test('of white noise is the share of frequencies above the cutoff', () => {
    const size = 32;
    const random = uniform(1);
    const noise = Float64Array.from({ length: size * size }, random);
    // 1 − (2 · 4 + 1)² of the 32² frequencies lie at or below a quarter of Nyquist, in either direction.
    expect(highFrequencyShare(noise, { height: size, width: size })).toBeCloseTo(1 - 81 / 1024, 1);
  });

  test('of a map without variation is 0', () => {
    expect(highFrequencyShare(new Float32Array(12).fill(0.1), { height: 3, width: 4 })).toBe(0);
  });

  test('refuses a wrong length, a cutoff out of range and a NaN', () => {
    expect(() => highFrequencyShare([1, 2, 3], { height: 2, width: 2 })).toThrow(
      /^highFrequencyShare: map has 3 values, expected 4$/,
    );
    expect(() => highFrequencyShare([1], { height: 1, width: 1, cutoff: 2 })).toThrow(/cutoff is 2/);
    expect(() => highFrequencyShare([Number.NaN], { height: 1, width: 1 })).toThrow(/map\[0\] is NaN/);
  });
});
