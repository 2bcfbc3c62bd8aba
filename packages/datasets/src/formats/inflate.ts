import { createGunzip } from 'node:zlib';

export const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The first `length` bytes of what is gzipped, or all where there are fewer; no more is unpacked, whatever there is. */
export function inflateStart(compressed: Uint8Array, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = createGunzip();
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
