import { createHash } from 'node:crypto';
import type { UsableCase } from '../steps/load-data.js';
import type { Split } from '../steps/split-data.js';

type Parts = Pick<Split, 'train' | 'validation' | 'test'> & Partial<Pick<Split, 'diagnosed'>>;

/** Of each split the test cases whose image is, value by value, also that of one of its training, validation or diagnosed cases. */
export function seenImages(
  splits: readonly Parts[],
  cases: readonly Pick<UsableCase, 'id' | 'image'>[],
): string[][] {
  const hashes = new Map(cases.map(({ id, image }) => [id, hashOf(image.data)]));
  return splits.map(({ train, validation, test, diagnosed = [] }) => {
    const known = new Set([...train, ...validation, ...diagnosed].map((id) => hashes.get(id)));
    return test.filter((id) => known.has(hashes.get(id)));
  });
}

const hashOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('base64');
