import { expect, test } from 'vitest';
import { checkNumber, checkNumbers, checkOptions, checkValues } from '../index.js';
import { sweep } from './sweep.js';

/** Σ values · scale, with every check. */
function careful(values: ArrayLike<number>, options: { scale?: number } = {}): number {
  checkNumbers('careful', 'values', values);
  checkValues('careful', 'values', values);
  checkOptions('careful', options, ['scale']);
  const { scale = 1 } = options;
  checkNumber('careful', 'scale', scale, -1e6, 1e6);
  return scale * Array.from(values).reduce((a, b) => a + b, 0);
}

const args = { values: [1, 0, 3], options: { scale: 2 } };

test('finds nothing in a careful function', async () => {
  expect(await sweep({ name: 'careful', run: careful, args })).toEqual([]);
});

test('finds what a careless one lets through', async () => {
  const careless = (values: number[], { scale = 1 } = {}) =>
    scale * Array.from(values).reduce((a, b) => a + b, 0);
  const found = (await sweep({ name: 'careless', run: careless, args })).join('\n');
  for (const place of [
    'values = null: does not name the function',
    'values[0] = null: gave 6',
    'values[2] = true: gave 4',
    'options.scale = "1": gave 4',
    'options.scale = NaN: gave NaN',
    'options = an option toString: gave 8',
    'options = an option sscale: gave 8',
  ])
    expect(found).toContain(`careless: ${place}`);
});

test('finds messages that are long, or leave out what was expected', async () => {
  const vague = (values: number[]) => {
    throw new RangeError(values.length === 3 ? '' : `vague: values is ${'bad '.repeat(100)}`);
  };
  expect(await sweep({ name: 'vague', run: vague, args: { values: [1, 2, 3] } })).toEqual([
    'vague: the right arguments fail: RangeError',
  ]);
  const long = (values: number[]) => {
    if (values?.length === 3) return 1;
    throw new RangeError(`long: values is ${'bad '.repeat(100)}`);
  };
  const found = await sweep({ name: 'long', run: long, args: { values: [1, 2, 3] } });
  expect(found).toContain('long: values = null: has a message of 416 characters');
});

test('waits for promises, and looks into lists of arrays', async () => {
  const later = async (lists: number[][]) => {
    for (const list of lists) checkNumbers('later', 'lists', list);
    return lists.length;
  };
  const found = await sweep({ name: 'later', run: later, args: { lists: [[1, 2], [3]] } });
  expect(found).toContain('later: lists[1][0] = NaN: gave 2');
  expect(found.some((one) => one.includes('lists[0] = null'))).toBe(false);
});
