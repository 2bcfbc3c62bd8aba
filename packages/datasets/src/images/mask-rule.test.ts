import { describe, expect, test } from 'vitest';
import { ruleOf } from './mask-rule.js';
import type { Raster } from './raster.js';

const raster = (values: number[], more: Partial<Raster> = {}): Raster => ({
  data: more.white === 255 ? Uint8Array.from(values) : Float32Array.from(values),
  width: values.length,
  height: 1,
  channels: 1,
  range: [0, 1],
  ...more,
});
const read = (values: number[], more?: Partial<Raster>, meaning?: 'degrees') => {
  const rule = ruleOf(raster(values, more), meaning);
  return values.map((value) => Number(rule(value)));
};

describe('a mask is read by what its file holds', () => {
  test.each([
    ['0 and 1 of 255', [0, 1, 1], { white: 255 }],
    ['0 and 255', [0, 255, 255], { white: 255 }],
    ['0 and 1 of 65535', [0, 1, 1], { white: 65535 }],
    ['the one label 5', [0, 5, 5], { white: 255 }],
    ['levels of grey about half of 255', [0, 128, 200], { white: 255 }],
    ['levels of 16 bits', [100, 40000, 50000], { white: 65535 }],
    ['the noise of JPEG', [3, 250, 252], { white: 255, lossy: true }],
    ['degrees', [0.3, 0.6, 0.9], {}],
    ['integers of a volume', [0, 7, 7], {}],
  ] satisfies [string, number[], Partial<Raster>][])('%s: the last two are inside', (_, values, more) => {
    expect(read(values, more)).toEqual([0, 1, 1]);
  });

  test('nothing is inside of a file of 0, all of one of 255', () => {
    expect(read([0, 0], { white: 255 })).toEqual([0, 0]);
    expect(read([255, 255], { white: 255 })).toEqual([1, 1]);
    expect(read([0, 3, 5], { white: 255, lossy: true })).toEqual([0, 0, 0]);
  });

  test('several labels are refused with the option that chooses', () => {
    for (const [values, more] of [
      [[0, 1, 2], { white: 255 }],
      [[0, 5, 255], { white: 255 }],
      [[0, 1, 200], { white: 255, labels: true }],
      [[0, 1, 4], {}],
    ] as [number[], Partial<Raster>][]) {
      expect(() => read(values, more)).toThrow('the option class says which to take');
    }
    expect(() => read([-1, 0, 1])).toThrow('the options above and class');
    expect(() => read([0, 0.5, 7])).toThrow('values from 0 to 7');
  });

  test('degrees are shares of full scale, or the values themselves', () => {
    expect(read([0, 51, 255], { white: 255 }, 'degrees')).toEqual([0, 0.2, 1]);
    expect(read([0, 13107, 65535], { white: 65535 }, 'degrees')).toEqual([0, 0.2, 1]);
    expect(read([0, 0.5, 1], {}, 'degrees')).toEqual([0, 0.5, 1]);
    expect(() => read([0, 2], {}, 'degrees')).toThrow('values up to 2, expected degrees from 0 to 1');
    expect(() => read([0, 1], { white: 255 }, 'degrees')).toThrow('its values are 0 and 1 of 255');
  });
});
