import { expect, test } from 'vitest';
import { patternOf } from './pattern.js';

test('patterns catch names, and say what they cannot catch', () => {
  const named = (pattern: string, needed: string[] = []) =>
    patternOf(pattern, { names: ['id', 'rater'], needed, caller: 'folder' });
  expect(named('a/{id}/{id}_{rater}.png').exec('A/x_1/x_1_r.PNG')?.groups).toEqual({ id: 'x_1', rater: 'r' });
  expect(named('a/{id}/{id}_{rater}.png').test('a/x/y_r.png')).toBe(false);
  expect(named('*/{id}.png').test('a/b/c.png')).toBe(false);
  expect(named('**/{id}.png').test('a/b/c.png')).toBe(true);
  expect(named('**/{id}.png').test('c.png')).toBe(true);
  expect(named('a+(b).{png,jpg}').test('a+(b).jpg')).toBe(true);
  expect(() => named('{name}.png')).toThrow(
    new RangeError('folder: "{name}.png" has {name}, expected one of {id}, {rater}'),
  );
  expect(() => named('{rater}.png', ['id'])).toThrow(
    'folder: the pattern "{rater}.png" has no {id}, expected it',
  );
});
