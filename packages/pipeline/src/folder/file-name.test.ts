import { describe, expect, it } from 'vitest';
import { fileName } from './file-name.js';

describe('fileName', () => {
  it('leaves what is harmless, and escapes the rest so that it can be told apart', () => {
    expect(fileName('T&G on DF-GT')).toBe('T&G on DF-GT');
    expect(fileName('LIDC-IDRI-0001/nodule-0/slice-2')).toBe('LIDC-IDRI-0001%2Fnodule-0%2Fslice-2');
    const texts = [
      'a/b',
      'a%2Fb',
      'a\\b',
      '..',
      '.',
      '.hidden',
      'é',
      'e',
      'a.',
      'a',
      'a ',
      ' a',
      'x:y*?"<>|',
    ];
    const names = texts.map(fileName);
    expect(new Set(names).size).toBe(texts.length);
    expect(names.map(decodeURIComponent)).toEqual(texts);
    for (const name of names) expect(name).toMatch(/^[^./\\:*?"<>| ](?:[^/\\:*?"<>|]*[^./\\:*?"<>| ])?$/);
  });
});
