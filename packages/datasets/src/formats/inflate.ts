import { createInflateRaw, createUnzip } from 'node:zlib';

export const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * The first `length` bytes of what is packed by gzip or zlib (`raw`: deflated, without a header), or all where there are
 * fewer; no more is unpacked, whatever there is. `head` is put before it.
 */
export function inflateStart(
  compressed: Uint8Array,
  length: number,
  { raw = false, head = Buffer.alloc(0) }: { raw?: boolean; head?: Uint8Array } = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = raw ? createInflateRaw() : createUnzip();
    // No byte is packed into less than one of 1032: where so little is packed, no more room is asked for. What is not written
    // to takes no memory yet.
    const all = Buffer.from(new ArrayBuffer(head.length + Math.min(length, 1032 * compressed.length)));
    all.set(head);
    let found = head.length;
    stream.on('data', (part: Buffer) => {
      found += part.copy(all, found);
      if (found < head.length + length) return;
      stream.destroy();
      resolve(all);
    });
    stream.on('end', () => resolve(all.subarray(0, found)));
    stream.on('error', reject);
    stream.end(compressed);
  });
}

/** The start of a file that may be gzipped. */
export const startOf = (bytes: Buffer, length: number): Promise<Buffer> =>
  isGzip(bytes) ? inflateStart(bytes, length) : Promise.resolve(bytes.subarray(0, length));
