import { createHash } from 'node:crypto';
import type { UsableCase } from '../steps/load-data.js';
import type { Split } from '../steps/split-data.js';

/** Test cases whose image is, value by value, also that of a training or validation case of the split. */
export function seenImages({ train, validation, test }: Split, cases: readonly UsableCase[]): string[] {
  const hashes = new Map(cases.map(({ id, image }) => [id, hashOf(image.data)]));
  const seen = new Set([...train, ...validation].map((id) => hashes.get(id)));
  return test.filter((id) => seen.has(hashes.get(id)));
}

const hashOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('base64');
