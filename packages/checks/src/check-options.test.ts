import { expect, test } from 'vitest';
import { checkOptions } from './check-options.js';

const known = ['threshold', 'empty', 'shape'];

test('lets known names and no options pass', () => {
  checkOptions('dice', undefined, known);
  checkOptions('dice', {}, known);
  checkOptions('dice', { threshold: 1, empty: undefined }, known);
});

test('refuses an unknown name with the nearest known one', () => {
  expect(() => checkOptions('dice', { threshhold: 0.5 }, known)).toThrow(
    new TypeError('dice: there is no option "threshhold", did you mean threshold?'),
  );
  expect(() => checkOptions('dice', { colour: 0.5 }, known)).toThrow(
    new TypeError('dice: there is no option "colour", expected one of threshold, empty, shape'),
  );
});

test.each(['toString', 'constructor', 'hasOwnProperty'])('%s is no option', (name) => {
  expect(() => checkOptions('dice', { [name]: 1 }, known)).toThrow(TypeError);
});

test.each([
  [null, 'null'],
  [3, '3'],
  ['threshold', '"threshold"'],
  [[0.5], 'an array of 1'],
])('refuses %o', (options, shown) => {
  expect(() => checkOptions('dice', options, known)).toThrow(`dice: options is ${shown}, expected an object`);
});
