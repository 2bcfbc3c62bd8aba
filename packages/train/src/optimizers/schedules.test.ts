import { describe, expect, it } from 'vitest';
import { cosine, polynomial, steps } from './schedules.js';

describe('schedules', () => {
  it('cosine rises over the warm-up and then falls to the floor by half a cosine', () => {
    const schedule = cosine({ warmup: 0.2, floor: 0.1 });
    expect([0, 0.1, 0.2, 0.6, 1].map(schedule)).toEqual(
      [0, 0.5, 1, 0.55, 0.1].map((value) => expect.closeTo(value, 9)),
    );
  });

  it('steps falls by the factor at every share, the third tenth included', () => {
    const schedule = steps({ every: 0.1, factor: 0.5 });
    expect([0, 0.09, 0.1, 0.3, 0.95].map(schedule)).toEqual([1, 1, 0.5, 0.125, 0.5 ** 9]);
  });

  it('polynomial falls to 0', () => {
    expect([0, 0.75, 1].map(polynomial({ power: 2 }))).toEqual([1, 0.0625, 0]);
  });

  it('refuse settings that make no sense', () => {
    expect(() => cosine({ warmup: 2 })).toThrow('cosine: warmup is 2');
    expect(() => steps({ every: 0 })).toThrow('steps: every is 0');
    expect(() => polynomial({ power: -1 })).toThrow('polynomial: power is -1');
  });
});
