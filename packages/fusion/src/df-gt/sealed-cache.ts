import type { ResultCache } from './result-cache.js';
import { sha256 } from './sha256.js';

/** Hexadecimal digits of a SHA-256. */
const SEAL = 64;

/**
 * A cache whose entries begin with the SHA-256 of their key and bytes. An entry that no longer fits, or lies under another
 * key, counts as absent, so that its work is done again.
 */
export function sealed(cache: ResultCache): ResultCache {
  const sealOf = async (key: string, bytes: Uint8Array) => {
    const name = new TextEncoder().encode(key);
    const all = new Uint8Array(name.length + bytes.length);
    all.set(name);
    all.set(bytes, name.length);
    return new TextEncoder().encode(await sha256(all));
  };
  return {
    async get(key) {
      const entry = await cache.get(key);
      if (!entry) return undefined;
      const bytes = entry.subarray(SEAL);
      const seal = await sealOf(key, bytes);
      return seal.every((digit, i) => digit === entry[i]) ? bytes : undefined;
    },
    async set(key, bytes) {
      const entry = new Uint8Array(SEAL + bytes.length);
      entry.set(await sealOf(key, bytes));
      entry.set(bytes, SEAL);
      await cache.set(key, entry);
    },
  };
}
