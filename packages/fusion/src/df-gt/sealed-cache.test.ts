import { createHash } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { sealed } from './sealed-cache.js';

const kept = new Map<string, Uint8Array>();
const cache = sealed({
  get: async (key) => kept.get(key),
  set: async (key, bytes) => void kept.set(key, bytes),
});
const bytes = Uint8Array.from([3, 1, 4, 1, 5]);

beforeEach(() => kept.clear());

it('gives back what was put in, after a seal that any tool can check', async () => {
  expect(await cache.get('a')).toBeUndefined();
  await cache.set('a', bytes);
  expect(await cache.get('a')).toEqual(bytes);
  const seal = createHash('sha256').update('a').update(bytes).digest('hex');
  expect(Buffer.from(kept.get('a')!)).toEqual(Buffer.concat([Buffer.from(seal), bytes]));
});

it('has no entry where any bit of it changed, its end is missing, or it lies under another key', async () => {
  await cache.set('a', bytes);
  const entry = kept.get('a')!;
  for (const at of entry.keys()) {
    kept.set(
      'a',
      entry.map((byte, i) => (i === at ? byte ^ 1 : byte)),
    );
    expect(await cache.get('a')).toBeUndefined();
  }
  for (const length of entry.keys()) {
    kept.set('a', entry.subarray(0, length));
    expect(await cache.get('a')).toBeUndefined();
  }
  kept.set('b', entry);
  expect(await cache.get('b')).toBeUndefined();
});
