import fc from 'fast-check';
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

/** The same pattern as a regular expression, which tries every way. */
const asRegExp = (pattern: string) => {
  const seen = new Set<string>();
  const parts = pattern.split(/(\*\*\/|\*\*|\*|\{[^{}]*\})/).map((part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    const name = /^\{(.*)\}$/.exec(part)?.[1];
    if (name?.includes(',')) return `(?:${name.replaceAll(',', '|')})`;
    if (name === undefined) return part.replaceAll('.', '\\.');
    const again = seen.has(name);
    seen.add(name);
    return again ? `\\k<${name}>` : `(?<${name}>[^/]+)`;
  });
  return new RegExp(`^${parts.join('')}$`, 'i');
};

test('they match as a regular expression does', () => {
  const part = fc.constantFrom('a', 'b', '/', '.', 'ab', '*', '**', '**/', '{id}', '{rater}', '{a,ab,b}');
  const letters = fc.array(fc.constantFrom('a', 'A', 'b', '/', '.'), { maxLength: 9 });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 7 }), letters, (parts, path) => {
      const [pattern, text] = [parts.join(''), path.join('')];
      const found = patternOf(pattern, { names: ['id', 'rater'], needed: [], caller: 'folder' }).exec(text);
      const expected = asRegExp(pattern).exec(text);
      expect(found && { ...found.groups }).toEqual(expected && { ...expected.groups });
    }),
    { numRuns: 3000 },
  );
});

test('many stars do not make it slow', () => {
  // A backtracking matcher takes about 200⁹ steps for it.
  const pattern = patternOf('**/*a*a*a*a*a*a*a*{id}.png', {
    names: ['id'],
    needed: ['id'],
    caller: 'folder',
  });
  expect(pattern.test(`${'a'.repeat(200)}.jpg`)).toBe(false);
  expect(pattern.test(`${'a'.repeat(200)}.png`)).toBe(true);
  const again = patternOf('*{id}*a*a*a*{id}*{id}.png', { names: ['id'], needed: ['id'], caller: 'folder' });
  expect(again.test(`${'a'.repeat(40)}.jpg`)).toBe(false);
  const never = patternOf('{id}*a*a*a*a*a*a*{id}.png', { names: ['id'], needed: ['id'], caller: 'folder' });
  expect(never.test(`x${'a'.repeat(60)}.png`)).toBe(false);
});

test('a path may be as long as systems have them, and longer', () => {
  const pattern = patternOf('**/{rater}/*{id}.png', {
    names: ['id', 'rater'],
    needed: ['id'],
    caller: 'folder',
  });
  expect(pattern.exec(`${'a/'.repeat(6000)}r/x.png`)?.groups).toEqual({ rater: 'r', id: 'x' });
  expect(pattern.test(`${'a/'.repeat(6000)}r/x.jpg`)).toBe(false);
});
