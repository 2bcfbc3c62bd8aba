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
      'majorityVote: a tie at pixel 1, expected none',
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
      "majorityVote: ties is coin, expected 'foreground', 'background' or 'error'",
    );
  });
});
