import { describe, expect, it } from 'vitest';
import { differences } from './previous-run.js';

describe('differences', () => {
  it('names every setting that changed', () => {
    const before = { seed: 0, fusion: { iterations: 60 }, arms: ['a'] };
    expect(differences(before, { seed: 0, fusion: { iterations: 30, rate: 1 }, arms: ['b'] })).toEqual([
      'fusion.iterations was 60, is 30',
      'fusion.rate was not given, is 1',
      'arms was ["a"], is ["b"]',
    ]);
    expect(differences(before, structuredClone(before))).toEqual([]);
  });
});
