import { readSafetensors, type Safetensors, writeSafetensors } from './safetensors.js';

const key = '"sha256":"';
const blank = '0'.repeat(64);

/**
 * A safetensors file whose metadata hold the SHA-256 of the whole file (taken with 64 zeros in its own place), so
 * that a file that was cut or changed is known for what it is. Other readers of safetensors read it as any other.
 */
export async function seal(content: Safetensors): Promise<Uint8Array> {
  // First in the metadata, so that no other text of the header can come before it.
  const bytes = writeSafetensors({ ...content, metadata: { sha256: blank, ...content.metadata } });
  bytes.set(new TextEncoder().encode(await digest(bytes)), digestOffset(bytes));
  return bytes;
}

/**
 * Reads what `seal` wrote.
 *
 * @throws Error naming the file if it is damaged.
 */
export async function unseal(bytes: Uint8Array, name: string): Promise<Safetensors> {
  const content = readSafetensors(bytes, name);
  const { sha256, ...metadata } = content.metadata;
  const offset = digestOffset(bytes);
  if (!sha256 || offset === -1)
    throw new Error(`${name} has no checksum: it was not written by @diff/networks`);
  const copy = bytes.slice();
  copy.set(new TextEncoder().encode(blank), offset);
  const actual = await digest(copy);
  if (actual !== sha256)
    throw new Error(
      `${name} is damaged: its SHA-256 is ${actual.slice(0, 12)}…, but ${sha256.slice(0, 12)}… was written in it`,
    );
  return { ...content, metadata };
}

function digestOffset(bytes: Uint8Array): number {
  const start = new TextDecoder('latin1').decode(bytes.subarray(8, 8 + 64)).indexOf(key);
  return start === -1 ? -1 : 8 + start + key.length;
}

async function digest(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
