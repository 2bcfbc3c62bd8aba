import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochOrder } from './sampling.js';

describe('epochOrder', () => {
  it('takes each example at most once, in an order that belongs to seed and epoch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(), fc.nat(100), (length, seed, epoch) => {
        const order = epochOrder(length, length, seed, epoch);
        expect([...order].sort((a, b) => a - b)).toEqual([...Array(length).keys()]);
        expect(epochOrder(length, length, seed, epoch)).toEqual(order);
      }),
    );
    expect(epochOrder(20, 20, 1, 0)).not.toEqual(epochOrder(20, 20, 1, 1));
    expect(epochOrder(20, 20, 1, 0)).not.toEqual(epochOrder(20, 20, 2, 0));
  });

  it('balances classes in any two successive draws, using up each before repeating it', () => {
    const classes = [0, 0, 0, 0, 0, 0, 1, 0, 1, 1];
    for (let epoch = 0; epoch < 20; epoch++) {
      const order = [...epochOrder(10, 12, 3, epoch, classes)];
      for (let i = 0; i < 12; i += 2) expect(classes[order[i]!]! + classes[order[i + 1]!]!).toBe(1);
      const ill = order.filter((i) => classes[i] === 1);
      expect(new Set(ill.slice(0, 3)).size).toBe(3);
      expect(new Set(ill.slice(3)).size).toBe(3);
    }
  });
});
