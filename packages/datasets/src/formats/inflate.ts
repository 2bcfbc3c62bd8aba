import { createInflateRaw, createUnzip } from 'node:zlib';

export const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * The first `length` bytes of what is packed by gzip or zlib (`raw`: deflated, without a header), or all where there are
 * fewer; no more is unpacked, whatever there is.
 */
export function inflateStart(compressed: Uint8Array, length: number, { raw = false } = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = raw ? createInflateRaw() : createUnzip();
    const parts: Buffer[] = [];
    let found = 0;
    stream.on('data', (part: Buffer) => {
      parts.push(part);
      found += part.length;
      if (found < length) return;
      stream.destroy();
      resolve(Buffer.concat(parts).subarray(0, length));
    });
    stream.on('end', () => resolve(Buffer.concat(parts)));
    stream.on('error', reject);
    stream.end(compressed);
  });
}

/** The start of a file that may be gzipped. */
export const startOf = (bytes: Buffer, length: number): Promise<Buffer> =>
  isGzip(bytes) ? inflateStart(bytes, length) : Promise.resolve(bytes.subarray(0, length));
