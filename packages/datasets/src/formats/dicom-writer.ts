/** An element: its tag, as "00100010", its kind, and its value; of a sequence its items. */
export type DicomElement = readonly [
  tag: string,
  vr: string,
  value: string | readonly number[] | Uint8Array | readonly (readonly DicomElement[])[],
];

const LONG = new Set(['OB', 'OW', 'SQ', 'UN', 'UT']);
const BYTES: Readonly<Record<string, number>> = { US: 2, UL: 4 };

/** A data set in explicit little-endian, elements in the order of their tags. Source: PS3.5, 7.1. */
export function dicomBytes(elements: readonly DicomElement[]): Buffer {
  return Buffer.concat(
    [...elements]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([tag, vr, value]) => {
        const body = bodyOf(vr, value);
        const head = Buffer.alloc(LONG.has(vr) ? 12 : 8);
        head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
        head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
        head.write(vr, 4, 'latin1');
        if (LONG.has(vr)) head.writeUInt32LE(body.length, 8);
        else head.writeUInt16LE(body.length, 6);
        return Buffer.concat([head, body]);
      }),
  );
}

function bodyOf(vr: string, value: DicomElement[2]): Buffer {
  if (vr === 'SQ')
    return Buffer.concat(
      (value as readonly (readonly DicomElement[])[]).map((item) => {
        const body = dicomBytes(item);
        const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
        head.writeUInt32LE(body.length, 4);
        return Buffer.concat([head, body]);
      }),
    );
  if (typeof value === 'string') return padded(Buffer.from(value, 'utf8'), vr === 'UI' ? 0 : 32);
  if (value instanceof Uint8Array)
    return padded(Buffer.from(value.buffer, value.byteOffset, value.length), 0);
  const size = BYTES[vr]!;
  const bytes = Buffer.alloc(size * value.length);
  (value as readonly number[]).forEach((number, i) => bytes.writeUIntLE(number, size * i, size));
  return bytes;
}

const padded = (bytes: Buffer, by: number) =>
  bytes.length % 2 ? Buffer.concat([bytes, Buffer.from([by])]) : bytes;

/** A whole file: preamble, the elements about the file, and its data set. Source: PS3.10, 7.1. */
export function dicomFile(sopClass: string, sopInstance: string, elements: readonly DicomElement[]): Buffer {
  const about = dicomBytes([
    ['00020001', 'OB', Uint8Array.of(0, 1)],
    ['00020002', 'UI', sopClass],
    ['00020003', 'UI', sopInstance],
    ['00020010', 'UI', '1.2.840.10008.1.2.1'],
    ['00020012', 'UI', '2.25.180174129036404264519016346186206172397'],
  ]);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    dicomBytes([['00020000', 'UL', [about.length]]]),
    about,
    dicomBytes([['00080016', 'UI', sopClass], ['00080018', 'UI', sopInstance], ...elements]),
  ]);
}
