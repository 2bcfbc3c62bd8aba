import { describe, expect, test } from 'vitest';
import * as fusion from '../index.js';
import { bytesOf, flagsOf, numbersOf, sharesOf } from './numbers.js';

/** Every function that takes 0/1 masks, as a call on masks alone. */
const methods: Record<string, (masks: never[]) => unknown> = {
  meanVote: (masks) => fusion.meanVote(masks),
  majorityVote: (masks) => fusion.majorityVote(masks),
  fuse: (masks) => fusion.fuse(masks, [0.5, 0.5]),
  staple: (masks) => fusion.staple(masks),
  simple: (masks) => fusion.simple(masks),
  dawidSkene: (masks) => fusion.dawidSkene(masks, { classes: 2 }),
  stapleMultiLabel: (masks) => fusion.stapleMultiLabel(masks),
  rankRaters: (masks) => fusion.rankRaters(masks, masks[0]!),
  disagreement: (masks) => fusion.disagreement(masks, { shape: [5] }),
};

describe.each(Object.entries(methods))('%s', (_, method) => {
  const masks = [
    [1, 0, 1, 1, 0],
    [1, 0, 0, 1, 0],
  ];

  test('takes bytes behind a header, wherever they start', () => {
    const expected = method(masks as never[]);
    for (let header = 1; header < 5; header++) {
      const behind = masks.map((mask) => Buffer.from([...Array(header).fill(7), ...mask]).subarray(header));
      expect(method(behind as never[])).toEqual(expected);
      const floats = masks.map((mask) => Float32Array.of(...Array(header).fill(7), ...mask).subarray(header));
      expect(method(floats as never[])).toEqual(expected);
    }
    const shared = masks.map((mask) => {
      const bytes = new Uint8Array(new SharedArrayBuffer(mask.length));
      bytes.set(mask);
      return bytes;
    });
    expect(method(shared as never[])).toEqual(expected);
  });

  test.each([[null], [undefined], [true], ['1'], [1n]])('refuses the vote %s', (vote) => {
    const bad = [masks[0]!, [1, 0, vote, 1, 0]] as never[];
    expect(() => method(bad)).toThrow(TypeError);
    expect(() => method(bad)).toThrow(/\[1\]\[2\] is .*, expected a number$/);
  });

  test('refuses a hole in an array', () => {
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
    expect(() => method([masks[0]!, [1, 0, , 1, 0]] as never[])).toThrow(/\[1\]\[2\] is undefined/);
  });
});

test('numbers of a typed array are taken as they are, those of a plain one are copied', () => {
  const typed = Int16Array.of(1, 2);
  expect(numbersOf('f', 'x', typed)).toBe(typed);
  expect(numbersOf('f', 'x', [1, Number.NaN], 2)).toEqual(Float64Array.of(1, Number.NaN));
  expect(() => numbersOf('f', 'x', [1], 2)).toThrow(new RangeError('f: x has 1 values, expected 2'));
});

test('shares lie in [0, 1]', () => {
  expect(sharesOf('f', 'x', [0, 0.5, 1])).toEqual(Float64Array.of(0, 0.5, 1));
  expect(() => sharesOf('f', 'x', [0, 1.5])).toThrow(
    new RangeError('f: x[1] is 1.5, expected a number from 0 to 1'),
  );
  expect(() => sharesOf('f', 'x', [Number.NaN])).toThrow(RangeError);
});

test('flags are 0, 1 or booleans', () => {
  const expected = Uint8Array.of(1, 0, 1);
  for (const flags of [
    [1, 0, 1],
    [true, false, true],
    [true, 0, 1],
    Float32Array.of(1, 0, 1),
    Uint8Array.of(1, 0, 1),
  ])
    expect(flagsOf('f', 'x', flags, 3)).toEqual(expected);
  expect(() => flagsOf('f', 'x', [1, 0, 2], 3)).toThrow(new RangeError('f: x[2] is 2, expected 0 or 1'));
  expect(() => flagsOf('f', 'x', [1, 0, null], 3)).toThrow(new TypeError('f: x[2] is null, expected 0 or 1'));
  expect(() => flagsOf('f', 'x', [1], 3)).toThrow(new RangeError('f: x has 1 values, expected 3'));
  expect(() => flagsOf('f', 'x', 'yes', 3)).toThrow(TypeError);
});

test('bytes share the memory of what they are read from', () => {
  const buffer = Buffer.from([9, 1, 0]).subarray(1);
  const bytes = bytesOf(buffer)!;
  expect(bytes.constructor).toBe(Uint8Array);
  expect([...bytes]).toEqual([1, 0]);
  bytes[1] = 5;
  expect(buffer[1]).toBe(5);
  expect(bytesOf(Uint16Array.of(1))).toBeUndefined();
});
