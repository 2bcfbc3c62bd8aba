import { expect, test } from 'vitest';
import { forElement, forNumbers, unknownNames } from './hostile-values.js';

test('odd arrays hold the same numbers as the good one', () => {
  for (const { name, value, must } of forNumbers([0, 1, 7])) {
    if (must === 'same')
      expect([name, ...Array.from(value as number[], (x) => x + 0)]).toEqual([name, 0, 1, 7]);
  }
});

test('a detached array has no values left', () => {
  const found = forNumbers([1, 2]).find(({ name }) => name === 'detached')!;
  expect((found.value as Uint8Array).length).toBe(0);
});

test('where values may be missing, those that say so are not hostile', () => {
  expect(forElement(true).map(({ value }) => value)).not.toContain(null);
  expect(forElement(false).map(({ value }) => value)).toContain(null);
});

test('unknown names are near to known ones, inherited, or far', () => {
  expect(unknownNames(['seed'])).toEqual(expect.arrayContaining(['sseed', 'toString', 'nonsense']));
});
