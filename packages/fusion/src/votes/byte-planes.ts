/**
 * Adds (or packs into bits) arrays of 0/1 bytes, four pixels to a 32-bit word and eight arrays to a pass: no
 * lane overflows into the next, so a word's arithmetic is that of its four pixels.
 */

const OTHER_THAN_0_1 = ~0x01010101;

type Kernel = (out: Int32Array, eight: Int32Array[], words: number) => number;

/** How many of at most 255 arrays hold 1 at each pixel; `undefined` if some value is neither 0 nor 1. */
export function sumBytes(arrays: Uint8Array[], length: number): Uint8Array | undefined {
  const sum = padded(length);
  for (let i = 0; i < arrays.length; i += 8)
    if (!apply(sumEight, sum, arrays.slice(i, i + 8), length)) return undefined;
  return sum.subarray(0, length);
}

/** Array i as bit i % 8 of plane ⌊i / 8⌋, at each pixel; `undefined` if some value is neither 0 nor 1. */
export function packBytes(arrays: Uint8Array[], length: number): Uint8Array[] | undefined {
  const planes: Uint8Array[] = [];
  for (let i = 0; i < arrays.length; i += 8) {
    const plane = padded(length);
    if (!apply(packEight, plane, arrays.slice(i, i + 8), length)) return undefined;
    planes.push(plane.subarray(0, length));
  }
  return planes;
}

const padded = (length: number) => new Uint8Array((length + 3) & ~3);

/** In blocks, so that what stands in for absent arrays is a small block of zeros. */
const BLOCK = 1 << 14;

function apply(kernel: Kernel, out: Uint8Array, arrays: Uint8Array[], length: number): boolean {
  const words = length >>> 2;
  const zeros = new Int32Array(Math.min(BLOCK, words + 1));
  const eight = (block: (array: Uint8Array) => Int32Array) =>
    Array.from({ length: 8 }, (_, i) => (arrays[i] ? block(aligned[i]!) : zeros));
  // A typed array may start at any byte; words must start at a multiple of four. (`slice` of a Buffer does not copy.)
  const aligned = arrays.map((array) => (array.byteOffset & 3 ? new Uint8Array(array) : array));
  let seen = 0;
  for (let from = 0; from < words; from += BLOCK) {
    const size = Math.min(BLOCK, words - from);
    const views = eight(({ buffer, byteOffset }) => new Int32Array(buffer, byteOffset + 4 * from, size));
    seen |= kernel(new Int32Array(out.buffer, 4 * from, size), views, size);
  }
  if (length & 3) {
    const tails = eight((array) => {
      const tail = new Uint8Array(4);
      tail.set(array.subarray(4 * words));
      return new Int32Array(tail.buffer);
    });
    seen |= kernel(new Int32Array(out.buffer, 4 * words, 1), tails, 1);
  }
  return (seen & OTHER_THAN_0_1) === 0;
}

/** Written out beside `packEight`: one loop for both, by shifts that vary, takes a sixth longer. */
function sumEight(out: Int32Array, [a, b, c, d, e, f, g, h]: Int32Array[], words: number): number {
  let seen = 0;
  for (let i = 0; i < words; i++) {
    const va = a![i]!;
    const vb = b![i]!;
    const vc = c![i]!;
    const vd = d![i]!;
    const ve = e![i]!;
    const vf = f![i]!;
    const vg = g![i]!;
    const vh = h![i]!;
    seen |= va | vb | vc | vd | ve | vf | vg | vh;
    out[i] = (out[i]! + va + vb + vc + vd + ve + vf + vg + vh) | 0;
  }
  return seen;
}

function packEight(out: Int32Array, [a, b, c, d, e, f, g, h]: Int32Array[], words: number): number {
  let seen = 0;
  for (let i = 0; i < words; i++) {
    const va = a![i]!;
    const vb = b![i]!;
    const vc = c![i]!;
    const vd = d![i]!;
    const ve = e![i]!;
    const vf = f![i]!;
    const vg = g![i]!;
    const vh = h![i]!;
    seen |= va | vb | vc | vd | ve | vf | vg | vh;
    out[i] = va | (vb << 1) | (vc << 2) | (vd << 3) | (ve << 4) | (vf << 5) | (vg << 6) | (vh << 7);
  }
  return seen;
}
