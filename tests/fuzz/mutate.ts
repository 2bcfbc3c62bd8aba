import type { Random } from '@diff/train';

const INTERESTING = [
  0, 1, 2, 3, 8, 16, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0xffffffff,
];
const NUMBERS = [
  '0',
  '-1',
  '1e9',
  '1e400',
  '-0',
  '0.5',
  'NaN',
  '4294967295',
  '99999999999999999999',
  '',
  'x',
];

/** A change of some bytes; `other` is another file of the corpus. */
type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const splice = (bytes: Buffer, at: number, removed: number, put: Buffer) =>
  Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + removed)]);

const MUTATIONS: Mutation[] = [
  // A bit.
  (bytes, random) => {
    bytes[random.integer(bytes.length)]! ^= 1 << random.integer(8);
    return bytes;
  },
  // A byte.
  (bytes, random) => {
    bytes[random.integer(bytes.length)] = INTERESTING[random.integer(INTERESTING.length)]! & 0xff;
    return bytes;
  },
  // An integer of 16 or 32 bits, in either order.
  (bytes, random) => {
    const value = INTERESTING[random.integer(INTERESTING.length)]!;
    const size = random.integer(2) ? 2 : 4;
    if (bytes.length < size) return bytes;
    const at = random.integer(bytes.length - size + 1);
    const kept = size === 2 ? value & 0xffff : value;
    if (random.integer(2)) bytes.writeUIntLE(kept, at, size);
    else bytes.writeUIntBE(kept, at, size);
    return bytes;
  },
  // A number in a text.
  (bytes, random) => {
    const text = bytes.toString('latin1');
    const found = [...text.matchAll(/-?\d+(?:\.\d+)?/g)];
    const chosen = found[random.integer(Math.max(1, found.length))];
    if (!chosen) return bytes;
    const put = NUMBERS[random.integer(NUMBERS.length)]!;
    return splice(bytes, chosen.index, chosen[0].length, Buffer.from(put));
  },
  // Without a part, or cut off.
  (bytes, random) => {
    const at = random.integer(bytes.length);
    return splice(bytes, at, 1 + random.integer(random.integer(4) ? 16 : bytes.length), Buffer.alloc(0));
  },
  // A part twice, at another place.
  (bytes, random) => {
    const from = random.integer(bytes.length);
    const part = Buffer.from(bytes.subarray(from, from + 1 + random.integer(64)));
    return splice(bytes, random.integer(bytes.length), random.integer(2) ? part.length : 0, part);
  },
  // A part of another file.
  (bytes, random, other) => {
    const from = random.integer(other.length);
    const part = Buffer.from(other.subarray(from, from + 1 + random.integer(64)));
    return splice(bytes, random.integer(bytes.length), random.integer(2) ? part.length : 0, part);
  },
  // The start of this one, the end of another.
  (bytes, random, other) =>
    Buffer.concat([
      bytes.subarray(0, random.integer(bytes.length)),
      other.subarray(random.integer(other.length)),
    ]),
];

/** The most bytes of what is made. */
const LONGEST = 2 ** 16;

/** Another file, by one change or several. */
export function mutated(from: Buffer, random: Random, other: Buffer): Buffer {
  let bytes = Buffer.from(from);
  for (let left = 1 + random.integer(4); left > 0 && bytes.length && other.length; left--)
    bytes = MUTATIONS[random.integer(MUTATIONS.length)]!(bytes, random, other) as typeof bytes;
  return bytes.subarray(0, LONGEST);
}
