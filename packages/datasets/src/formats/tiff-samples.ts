import { endianness } from 'node:os';
import { TiffTags } from './tiff-tags.js';

/** Samples that sharp does not decode: it rounds signed integers of 16 bits, makes halves 0 and refuses doubles. */
export type HiddenSamples = 'int16' | 'float16' | 'float64';

const [WIDTH, BITS, PHOTOMETRIC, PER_PIXEL, PREDICTOR, TILE_WIDTH, FORMAT] = [
  256, 258, 262, 277, 317, 322, 339,
];
const [UNSIGNED, SIGNED, FLOAT] = [1, 2, 3];
const BLACK_IS_ZERO = 1;

export interface BaredSamples {
  bytes: Buffer;
  samples: HiddenSamples;
  /** The lower half of a double comes first. */
  little: boolean;
}

/**
 * A copy of a TIFF file that calls such samples unsigned integers of the same bits, a double two of 32 bits, so that sharp
 * decodes them as they are; `undefined` of all other files.
 *
 * @throws Error where doubles are stored as differences, or beside others in a pixel.
 */
export function withSamplesBared(file: Buffer): BaredSamples | undefined {
  const samples = samplesOf(new TiffTags(file), 0);
  if (!samples) return undefined;
  const bytes = Buffer.from(file);
  const tags = new TiffTags(bytes);
  tags.directories.forEach((page, k) => {
    const value = (tag: number) => (page.has(tag) ? tags.valueOf(page.get(tag)!) : 1);
    const put = (tag: number, to: number) => page.has(tag) && tags.set(page.get(tag)!, to);
    if (samplesOf(tags, k) !== samples)
      throw new Error(`its pages are not all of ${samples}, as its first is`);
    if (value(PER_PIXEL) !== 1)
      throw new Error(`${value(PER_PIXEL)} channels of ${samples}s, expected one or integers from 0`);
    put(FORMAT, UNSIGNED);
    // Else it would turn bits round that are no integer's.
    put(PHOTOMETRIC, BLACK_IS_ZERO);
    if (samples !== 'float64') return;
    if (value(PREDICTOR) !== 1)
      throw new Error('64-bit floats with a predictor: save them without, or as 32-bit floats');
    put(BITS, 32);
    for (const tag of [WIDTH, TILE_WIDTH]) put(tag, 2 * value(tag));
  });
  return { bytes, samples, little: tags.little };
}

function samplesOf(tags: TiffTags, k: number): HiddenSamples | undefined {
  const page = tags.directories[k];
  const [bits, format] = [BITS, FORMAT]
    .map((tag) => page?.get(tag))
    .map((field) => field && tags.valueOf(field));
  if (bits === 16 && format === SIGNED) return 'int16';
  if (bits === 16 && format === FLOAT) return 'float16';
  return bits === 64 && format === FLOAT ? 'float64' : undefined;
}

/** What the integers of such a file stand for. */
export function samplesFrom(integers: Buffer, { samples, little }: BaredSamples): Float32Array {
  const { buffer, byteOffset, length } = integers;
  if (samples === 'int16') return Float32Array.from(new Int16Array(buffer, byteOffset, length / 2));
  if (samples === 'float16')
    return Float32Array.from(new Uint16Array(buffer, byteOffset, length / 2), fromHalf);
  const halves = new Uint32Array(buffer, byteOffset, length / 4);
  // Each half has the machine's order of bytes; which comes first is the file's.
  const here = endianness() === 'LE';
  const view = new DataView(new ArrayBuffer(8));
  return Float32Array.from({ length: halves.length / 2 }, (_, i) => {
    view.setUint32(little === here ? 0 : 4, halves[2 * i]!, here);
    view.setUint32(little === here ? 4 : 0, halves[2 * i + 1]!, here);
    return view.getFloat64(0, here);
  });
}

/** A 16-bit float of IEEE 754. */
function fromHalf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size =
    exponent === 31
      ? fraction
        ? Number.NaN
        : Number.POSITIVE_INFINITY
      : exponent
        ? (1 + fraction / 1024) * 2 ** (exponent - 15)
        : fraction * 2 ** -24;
  return bits >> 15 ? -size : size;
}
