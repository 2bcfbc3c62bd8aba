import { readSafetensors, type Safetensors, writeSafetensors } from './safetensors.js';

const key = '"sha256":"';
const blank = '0'.repeat(64);

/**
 * A safetensors file whose metadata hold the SHA-256 of the whole file (taken with 64 zeros in its own place), so
 * that a cut or changed file is noticed. Other readers of safetensors read it like any other file.
 */
export async function seal(content: Safetensors): Promise<Uint8Array> {
  // First in the metadata, so that no other text of the header can come before it.
  return stamp(writeSafetensors({ ...content, metadata: { sha256: blank, ...content.metadata } }));
}

/**
 * Reads what `seal` wrote.
 *
 * @param name What to call the file in an error.
 * @throws Error naming the file if it is damaged, or has no checksum.
 */
export async function unseal(bytes: Uint8Array, name: string): Promise<Safetensors> {
  const content = readSafetensors(bytes, name);
  await verify(bytes, name);
  const { sha256: _, ...metadata } = content.metadata;
  return { ...content, metadata };
}

/** JSON text of an object whose first entry, `sha256`, is the SHA-256 of the text (taken with 64 zeros in its own place). */
export async function sealJson(content: object): Promise<Uint8Array> {
  return stamp(new TextEncoder().encode(JSON.stringify({ sha256: blank, ...content })));
}

/**
 * Reads what `sealJson` wrote.
 *
 * @param name What to call the file in an error.
 * @throws Error naming the file if it is damaged, or has no checksum.
 */
export async function unsealJson(bytes: Uint8Array, name: string): Promise<unknown> {
  let content: object | null;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Error(`${name} is damaged: it is not JSON`);
  }
  await verify(bytes, name);
  const { sha256: _, ...rest } = content as { sha256?: string };
  return rest;
}

async function stamp(bytes: Uint8Array): Promise<Uint8Array> {
  bytes.set(new TextEncoder().encode(await digest(bytes)), digestOffset(bytes));
  return bytes;
}

async function verify(bytes: Uint8Array, name: string): Promise<void> {
  const offset = digestOffset(bytes);
  if (offset === -1)
    throw new Error(`${name} has no checksum: it was written by an older version, or by another program`);
  const said = new TextDecoder('latin1').decode(bytes.subarray(offset, offset + blank.length));
  const copy = bytes.slice();
  copy.set(new TextEncoder().encode(blank), offset);
  const actual = await digest(copy);
  if (actual !== said)
    throw new Error(
      `${name} is damaged: its SHA-256 is ${actual.slice(0, 12)}…, but ${said.slice(0, 12)}… was written in it`,
    );
}

/** It is the first thing that either kind of file says, after at most 8 bytes of length and the metadata's name. */
function digestOffset(bytes: Uint8Array): number {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 8 + 64)).indexOf(key);
  const offset = start + key.length;
  return start === -1 || offset + blank.length > bytes.length ? -1 : offset;
}

/** SHA-256, as hexadecimal. Browsers have it on pages that came over a secure connection. */
async function digest(bytes: Uint8Array): Promise<string> {
  if (!globalThis.crypto?.subtle)
    throw new Error(
      'the checksums of model files and checkpoints need a page that is served by https or from localhost',
    );
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
