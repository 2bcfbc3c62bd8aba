import { inflateStart } from './inflate.js';

/**
 * The files of a ZIP archive, as its central directory lists them, stored or deflated.
 *
 * @throws Error where it is none, or unpacks to more than `limit` bytes, before more than those are unpacked.
 */
export async function unzip(zip: Buffer, limit: number): Promise<Map<string, Buffer>> {
  try {
    return await filesOf(zip, limit);
  } catch (cause) {
    // A field that lies beyond the end.
    throw cause instanceof RangeError ? new Error('not a whole ZIP archive', { cause }) : cause;
  }
}

async function filesOf(zip: Buffer, limit: number): Promise<Map<string, Buffer>> {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) throw new Error('not a whole ZIP archive');
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  let left = limit;
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    if (zip.toString('latin1', at, at + 4) !== 'PK\x01\x02') throw new Error('not a whole ZIP archive');
    const [method, packed, local] = [
      zip.readUInt16LE(at + 10),
      zip.readUInt32LE(at + 20),
      zip.readUInt32LE(at + 42),
    ];
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(from, from + packed);
    if (method !== 0 && method !== 8) throw new Error(`packed by method ${method}, expected 0 or 8`);
    const own = method === 0 ? bytes : await inflateStart(bytes, left + 1, { raw: true });
    left -= own.length;
    if (left < 0) throw new Error(`it unpacks to more than ${limit} bytes`);
    files.set(zip.toString('utf8', at + 46, at + 46 + name), own);
    at += 46 + name + extra + comment;
  }
  return files;
}
