import { describe, expect, it } from 'vitest';
import { diceAt } from '../fixtures/masks.js';
import { softDice, softDiceProfile } from '../index.js';
import { uniform } from '../statistics/random.js';

describe('softDice', () => {
  it('gives the soft Dice as the mean of its profile, by hand', () => {
    const prediction = [0.05, 0.2, 0.6, 0.95];
    const reference = [0, 0, 0.5, 1];
    // above 0.1: 3 and 2, both 2; above 0.3: 2 and 2, both 2; above 0.5: 2 and 1, both 1; then 1 and 1, both 1
    const profile = [4 / 5, 1, 2 / 3, 1, 1];
    expect(softDiceProfile(prediction, reference)).toEqual(profile);
    expect(softDice(prediction, reference)).toBeCloseTo(profile.reduce((a, b) => a + b) / 5, 15);
  });

  it('gives 1, or what `empty` says, where a threshold leaves both masks empty', () => {
    const empty = [0, 0, 0];
    expect(softDice(empty, empty)).toBe(1);
    expect(softDiceProfile([0.6, 0], [0.2, 0], { thresholds: [0.1, 0.9], empty: 7 })).toEqual([1, 7]);
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
});
