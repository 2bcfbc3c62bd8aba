import { expect, test } from 'vitest';
import { show } from './show.js';

test.each([
  [3, '3'],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
  ['cat', '"cat"'],
  [12n, '12n'],
  [10n ** 500n, 'a very long bigint'],
  [null, 'null'],
  [undefined, 'undefined'],
  [Symbol('s'), 'Symbol(s)'],
  [[1, 2, 3], 'an array of 3'],
  [new Uint8Array(4), 'Uint8Array of 4'],
  [new Map(), 'a Map'],
  [{}, 'an object'],
  [Object.create(null), 'an object'],
  [Math.max, 'the function max'],
  [() => 1, 'a function'],
])('shows %o', (value, text) => {
  expect(show(value)).toBe(text);
});

test('is short, whatever the value', () => {
  expect(show('x'.repeat(1e6)).length).toBeLessThanOrEqual(60);
  expect(show(Symbol('x'.repeat(1e6))).length).toBeLessThanOrEqual(60);
});

test('never throws', () => {
  const trap = new Proxy(
    {},
    {
      get() {
        throw new Error('trapped');
      },
    },
  );
  expect(show(trap)).toBe('something that cannot be shown');
});
