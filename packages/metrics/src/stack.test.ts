import { describe, expect, it } from 'vitest';
import { stack } from './stack.js';

describe('stack', () => {
  it('reads arrays of one length, under the name of their place', () => {
    const names: string[] = [];
    const read = (_: string, name: string, array: ArrayLike<number>) => {
      names.push(name);
      return array.length;
    };
    expect(stack('who', 'masks', [[1, 2], Uint8Array.of(3, 4)], 1, read)).toEqual([2, 2]);
    expect(names).toEqual(['masks[0]', 'masks[1]']);
    expect(() => stack('who', 'masks', [[1, 2], [3]], 1, read)).toThrow(
      'who: masks[1] has 1 values, expected 2',
    );
    expect(() => stack('who', 'masks', [[1]], 2, read)).toThrow(
      'who: masks holds 1 arrays, expected at least 2',
    );
  });
});
