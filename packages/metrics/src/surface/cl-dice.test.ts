import { describe, expect, it } from 'vitest';
import { clDice, dice } from '../index.js';

const shape = [9, 30];
const bar = (half: number, to = 30) =>
  Uint8Array.from({ length: 270 }, (_, i) => Number(Math.abs(Math.floor(i / 30) - 4) <= half && i % 30 < to));

describe('clDice', () => {
  it('does not see how thick a vessel is, but how long', () => {
    expect(clDice(bar(2), bar(1), { shape })).toBeGreaterThan(0.9);
    expect(dice(bar(2), bar(1))).toBe(0.75);
    // of lines one pixel thick it is Dice: both are their skeletons
    expect(clDice(bar(0), bar(0, 15), { shape })).toBeCloseTo(dice(bar(0), bar(0, 15)), 12);
    expect(clDice(bar(2), bar(2), { shape })).toBe(1);
  });

  it('is the same in a volume of one slice, and symmetric', () => {
    const volume = [1, 9, 30];
    expect(clDice(bar(1), bar(0, 10), { shape: volume })).toBeCloseTo(
      clDice(bar(0, 10), bar(1), { shape: volume }),
      12,
    );
    expect(() => clDice([1], [1], { shape: [1] })).toThrow('clDice: shape has 1 axes, expected 2 or 3');
  });

  it('takes labels, and tells empty masks apart', () => {
    const none = new Uint8Array(270);
    expect(clDice(none, bar(1), { shape })).toBe(0);
    expect(clDice(none, none, { shape })).toBe(1);
    const map = bar(1).map((inside, i) => inside * (1 + +(i % 30 > 14)));
    expect(clDice(map, map, { shape, labels: [1, 2] }).macro).toBe(1);
  });
});
