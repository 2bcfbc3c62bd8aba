import { expect, it } from 'vitest';
import { duration } from './duration.js';

it('has units that suit, and no 60 seconds or minutes', () => {
  expect([4.23, 9.96, 59.4, 59.6, 185, 3599, 3599.6, 7860, 302_400].map(duration)).toEqual([
    '4.2 s',
    '10 s',
    '59 s',
    '1 min 00 s',
    '3 min 05 s',
    '59 min 59 s',
    '1 h 00 min',
    '2 h 11 min',
    '3.5 days',
  ]);
});
