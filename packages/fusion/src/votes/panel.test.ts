import { expect, test } from 'vitest';
import { majorityVote, simple, staple, stapleMultiLabel } from '../index.js';
import { atPlaces, isMissing, panelOf } from './panel.js';

const masks = [[1, 0, 1, 1], null, [1, 0, 1, 0], [1, 0, 0, 0]];

test('finds who is there, by place', () => {
  const panel = panelOf('f', masks);
  expect(panel).toMatchObject({ name: 'f', length: 4, places: 4, missingValue: undefined });
  expect(panel.raters.map(({ index }) => index)).toEqual([0, 2, 3]);
  expect(atPlaces(panel, ['a', 'b', 'c'], null)).toEqual(['a', null, 'b', 'c']);
  // biome-ignore lint/suspicious/noSparseArray: a place left out is an absent rater
  expect(panelOf('f', [, [1]]).raters.map(({ index }) => index)).toEqual([1]);
});

test('booleans say where a vote is missing, as 0 and 1 do', () => {
  const given = [masks[0]!, masks[2]!, masks[3]!];
  const asNumbers = { missing: [[0, 0, 0, 1], null, null] };
  const asBooleans = { missing: [[false, false, false, true], null, null] };
  const { sensitivity } = staple(given, asBooleans);
  expect(sensitivity[0]).toBe(1);
  for (const method of [staple, simple, stapleMultiLabel, majorityVote] as ((
    masks: number[][],
    options: object,
  ) => unknown)[])
    expect(method(given, asBooleans)).toEqual(method(given, asNumbers));
});

test('a missing vote is the value given, NaN too, or flagged', () => {
  const at = (panel: ReturnType<typeof panelOf>) =>
    panel.raters.map((rater) => [0, 1].map((j) => isMissing(panel, rater, j)));
  expect(at(panelOf('f', [[1, 255]], 255))).toEqual([[false, true]]);
  expect(at(panelOf('f', [[Number.NaN, 1]], Number.NaN))).toEqual([[true, false]]);
  expect(
    at(
      panelOf(
        'f',
        [
          [1, 1],
          [0, 0],
        ],
        [[true, false], null],
      ),
    ),
  ).toEqual([
    [true, false],
    [false, false],
  ]);
});

test.each([
  ['[1]', [1], undefined, 'f: masks[0] is 1, expected an array of numbers'],
  ['a string', 'masks', undefined, 'f: masks is "masks", expected one mask per rater'],
  ['missing: true', [[1]], true, 'f: missing is true, expected a number or 1 arrays of flags'],
  ['missing: null', [[1]], null, 'f: missing is null, expected a number or 1 arrays of flags'],
])('%s is refused as another kind of thing', (_, given, missing, message) => {
  expect(() => panelOf('f', given, missing)).toThrow(new TypeError(message));
});

test.each([
  [
    'missing for other raters',
    [[1]],
    [[0], [0]],
    'f: missing is an array of 2, expected a number or 1 arrays of flags',
  ],
  ['flags other than 0 and 1', [[1]], [[255]], 'f: missing[0][0] is 255, expected 0 or 1'],
  ['lengths that differ', [[1], [1, 0]], undefined, 'f: masks[1] has 2 values, expected 1'],
])('%s are refused', (_, given, missing, message) => {
  expect(() => panelOf('f', given, missing)).toThrow(new RangeError(message));
});
