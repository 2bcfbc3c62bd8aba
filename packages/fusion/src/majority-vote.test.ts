import { describe, expect, test } from 'vitest';
import { drawn } from './fixtures/panels.js';
import { majorityVote } from './index.js';

describe('majorityVote', () => {
  const masks = [drawn('##..'), drawn('#.#.')];

  test('needs more than half, and decides ties as told', () => {
    expect([...majorityVote([...masks, drawn('#...')])]).toEqual([1, 0, 0, 0]);
    expect([...majorityVote(masks)]).toEqual([1, 0, 0, 0]);
    expect([...majorityVote(masks, { ties: 'foreground' })]).toEqual([1, 1, 1, 0]);
    expect(() => majorityVote(masks, { ties: 'error' })).toThrow(
      'majorityVote: votes tie at pixel 1, expected none',
    );
  });

  test('writes `unrated` as it is where nobody voted', () => {
    const holes = [
      [1, 255, 0],
      [1, 255, 0],
    ];
    for (const ties of ['background', 'foreground', 'error'] as const)
      for (const unrated of [255, 2, 1, 0])
        expect([...majorityVote(holes, { missing: 255, unrated, ties })]).toEqual([1, unrated, 0]);
    expect(() => majorityVote(holes, { missing: 255 })).toThrow('majorityVote: nobody voted at pixel 1');
    expect(() => majorityVote(holes, { missing: 255, unrated: Number.NaN })).toThrow(
      new RangeError('majorityVote: unrated is NaN, expected an integer from 0 to 255'),
    );
  });

  test('sees a tie of weights whose binary sums differ', () => {
    const weights = [0.1, 0.2, 0.3];
    const votes = [[1], [1], [0]];
    expect(0.1 + 0.2).not.toBe(0.3);
    expect([...majorityVote(votes, { weights, ties: 'foreground' })]).toEqual([1]);
    expect([...majorityVote(votes, { weights, ties: 'background' })]).toEqual([0]);
  });

  test('is not all foreground when weights are left out', () => {
    expect(majorityVote([drawn('...#'), drawn('..#.'), drawn('.#..')])).toEqual(drawn('....'));
  });

  test('refuses a way to break ties that it does not know', () => {
    expect(() => majorityVote(masks, { ties: 'coin' as never })).toThrow(
      'majorityVote: ties is "coin", expected one of "foreground", "background", "error"',
    );
  });
});
