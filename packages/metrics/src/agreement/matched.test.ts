import { describe, expect, it } from 'vitest';
import { diceMatch, diceMax, generalizedEnergyDistance, hungarianIou } from '../index.js';

const a = [1, 1, 0, 0];
const b = [0, 1, 1, 0];
const c = [0, 0, 0, 1];

describe('diceMax', () => {
  it('pairs each mask with its best partner, in both directions', () => {
    // Dice: a and b share one of two each, a with itself 1, c with none
    expect(diceMax([a, c], [a, b])).toEqual({
      references: (1 + 0.5) / 2,
      predictions: (1 + 0) / 2,
      mean: 0.625,
    });
    expect(diceMax([a], [a])).toEqual({ references: 1, predictions: 1, mean: 1 });
  });
});

describe('diceMatch', () => {
  it('pairs one to one, whatever the order', () => {
    expect(diceMatch([b, a], [a, b])).toBe(1);
    // both references are best met by a, but only one may have it
    expect(diceMatch([a, c], [a, a])).toBe(0.5);
    expect(diceMatch([c, a, b], [a])).toBe(1);
    expect(diceMatch([[0, 0]], [[0, 0]], { empty: 0 })).toBe(0);
  });
});

describe('hungarianIou', () => {
  it('repeats the smaller set, so that every mask counts', () => {
    expect(hungarianIou([a, b], [a])).toBeCloseTo((1 + 1 / 3) / 2, 12);
    expect(hungarianIou([a, b, a, b], [a, b])).toBe(1);
    expect(hungarianIou([a, b, c], [a, b])).toBeCloseTo((4 * 1 + 2 * 0) / 6, 12);
  });
});

describe('generalizedEnergyDistance', () => {
  it('takes the distance that two empty masks are worth', () => {
    const none = [0, 0];
    expect(generalizedEnergyDistance([none], [none])).toBe(0);
    expect(generalizedEnergyDistance([none], [none, [1, 1]], { bothEmpty: 1 })).toBe(2 * 1 - 1 - 3 / 4);
    expect(generalizedEnergyDistance([none], [none, [1, 1]])).toBe(2 * 0.5 - 0 - 1 / 2);
  });
});
