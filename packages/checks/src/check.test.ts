import { expect, test } from 'vitest';
import {
  check,
  checkBoolean,
  checkCallbacks,
  checkInteger,
  checkNumber,
  checkObject,
  checkOneOf,
  checkSeed,
  checkSignal,
  checkString,
  fail,
} from './check.js';

const error = (run: () => unknown) => {
  try {
    run();
  } catch (caught) {
    return String(caught);
  }
  return 'nothing thrown';
};

test.each([
  [() => check(false, 'f', 'x', 3, 'a cat'), 'RangeError: f: x is 3, expected a cat'],
  [() => check(false, 'f', 'x', 'dog', 'a cat'), 'TypeError: f: x is "dog", expected a cat'],
  [() => check(false, 'f', 'x', 'dog', '"cat"', 'string'), 'RangeError: f: x is "dog", expected "cat"'],
  [() => check(false, 'f', 'x', 3, 'an object', 'other'), 'TypeError: f: x is 3, expected an object'],
  [() => fail('f', 'no rater'), 'RangeError: f: no rater'],
  [() => checkInteger('f', 'n', 0, 1), 'RangeError: f: n is 0, expected a positive integer'],
  [() => checkInteger('f', 'n', 1.5, 0), 'RangeError: f: n is 1.5, expected an integer of at least 0'],
  [() => checkInteger('f', 'n', 9, 1, 8), 'RangeError: f: n is 9, expected an integer from 1 to 8'],
  [() => checkInteger('f', 'n', '4', 1), 'TypeError: f: n is "4", expected a positive integer'],
  [() => checkNumber('f', 'p', 1.2, 0, 1), 'RangeError: f: p is 1.2, expected a number from 0 to 1'],
  [
    () => checkNumber('f', 'p', 0, 0, 1, { open: true }),
    'RangeError: f: p is 0, expected a number between 0 and 1',
  ],
  [() => checkNumber('f', 'p', Number.NaN), 'RangeError: f: p is NaN, expected a finite number'],
  [() => checkNumber('f', 'p', -1, 0), 'RangeError: f: p is -1, expected a finite number of at least 0'],
  [() => checkNumber('f', 'p', Symbol('s')), 'TypeError: f: p is Symbol(s), expected a finite number'],
  [() => checkNumber('f', 'p', 1n), 'TypeError: f: p is 1n, expected a finite number'],
  [() => checkBoolean('f', 'b', 1), 'TypeError: f: b is 1, expected true or false'],
  [() => checkString('f', 's', ''), 'RangeError: f: s is "", expected a text'],
  [() => checkOneOf('f', 'c', 'x', ['a', 'b']), 'RangeError: f: c is "x", expected one of "a", "b"'],
  [() => checkObject('f', 'o', null), 'TypeError: f: o is null, expected an object'],
  [() => checkObject('f', 'o', [1]), 'TypeError: f: o is an array of 1, expected an object'],
  [() => checkSeed('f', 0.5), 'RangeError: f: seed is 0.5, expected an integer'],
  [() => checkSeed('f', '1'), 'TypeError: f: seed is "1", expected an integer'],
  [() => checkSignal('f', {}), 'TypeError: f: signal is an object, expected an AbortSignal'],
  [() => checkCallbacks('f', { a: 1 }, ['a']), 'TypeError: f: a is 1, expected a function'],
  [() => checkOneOf('f', 'c', 3, ['a', 'b']), 'TypeError: f: c is 3, expected one of "a", "b"'],
])('says who, what, what came and what was expected: %s', (run, message) => {
  expect(error(run)).toBe(message);
});

test('lets right values pass', () => {
  check(true, 'f', 'x', 3, 'a cat');
  checkInteger('f', 'n', 8, 1, 8);
  checkNumber('f', 'p', 1, 0, 1);
  checkNumber('f', 'p', -1e300);
  checkBoolean('f', 'b', false);
  checkString('f', 's', 'a');
  checkOneOf('f', 'c', 2, [1, 2]);
  checkObject('f', 'o', Object.create(null));
  checkSeed('f', -3);
  checkSignal('f', undefined);
  checkSignal('f', new AbortController().signal);
  checkCallbacks('f', { a: () => {}, b: undefined as unknown }, ['a', 'b']);
});
