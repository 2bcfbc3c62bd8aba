import dicomParser from 'dicom-parser';
import { messageOf } from '../dataset/problem.js';
import type { RasterLimits } from '../images/raster.js';
import { VOXEL_LIMIT } from '../images/raster.js';
import { inflateStart, isGzip } from './inflate.js';

/** The transfer syntax of files whose tags are deflated. */
export const DEFLATED = '1.2.840.10008.1.2.1.99';

/** The most that a file may unpack to: 4 bytes per pixel that is allowed, and 16 MiB of tags. */
const unpackedLimit = ({ pixelLimit, volume, voxelLimit = VOXEL_LIMIT }: RasterLimits) =>
  4 * (volume ? voxelLimit : pixelLimit) + 2 ** 24;

/** Whether the bytes begin as a DICOM file does, whatever its name is. */
export const isDicom = (bytes: Buffer) => bytes.toString('latin1', 128, 132) === 'DICM';

/**
 * The tags of a DICOM file, gzipped or deflated too. `dicom-parser` reads them; it is small, has no dependency, and leaves
 * the pixels to its caller.
 *
 * @throws Error where it is no whole DICOM file, or unpacks to more than its pixels could need.
 */
export async function parseDicom(file: Buffer, limits: RasterLimits): Promise<dicomParser.DataSet> {
  const most = unpackedLimit(limits);
  const bytes = isGzip(file) ? await inflateStart(file, most + 1) : file;
  if (bytes.length > most && isGzip(file)) throw new Error(`it unpacks to more than ${most} bytes`);
  try {
    // Where the tags begin, which its types do not know of.
    const header = dicomParser.readPart10Header(bytes) as dicomParser.DataSet & { position: number };
    const isPacked = header.string('x00020010') === DEFLATED;
    const whole = isPacked ? await unpacked(bytes, header.position, most) : bytes;
    return dicomParser.parseDicom(bytes, { inflater: () => whole });
  } catch (cause) {
    // dicom-parser throws texts and objects too.
    const { exception } = (cause ?? {}) as { exception?: unknown };
    throw new Error(`not a whole DICOM file (${messageOf(exception ?? cause)})`, { cause });
  }
}

async function unpacked(bytes: Buffer, position: number, most: number): Promise<Buffer> {
  const head = bytes.subarray(0, position);
  const whole = await inflateStart(bytes.subarray(position), most + 1, { raw: true, head });
  if (whole.length > position + most) throw new Error(`it unpacks to more than ${most} bytes`);
  return whole;
}

/**
 * How many frames a file says it has.
 *
 * @param held How many its pixel data can hold, where they are there: a file may claim any number, and memory is taken by it.
 * @throws Error where the number is no positive integer, or more than what is there.
 */
export function framesOf(file: dicomParser.DataSet, held: number): number {
  const frames = numberOf(file, 'x00280008', 1, 'number of frames');
  if (!(Number.isSafeInteger(frames) && frames > 0)) throw new Error(`it has ${frames} frames`);
  if (frames > held)
    throw new Error(
      `DICOM without all its pixels: they hold ${held} frames of the ${frames} that it says it has`,
    );
  return frames;
}

/** The items of a sequence. */
export const itemsOf = (file: dicomParser.DataSet | undefined, tag: string): dicomParser.DataSet[] =>
  (file?.elements[tag]?.items ?? []).flatMap(({ dataSet }) => (dataSet ? [dataSet] : []));

/** So many numbers of a tag, or `undefined`. */
export function numbersOf(
  file: dicomParser.DataSet | undefined,
  tag: string,
  count: number,
): number[] | undefined {
  const text = file?.string(tag);
  const found = (text ?? '').split('\\').map(Number);
  return text?.trim() && found.length === count && found.every(Number.isFinite) ? found : undefined;
}

/** A tag that is a number where it is there. @throws Error where it is something else. */
export function numberOf(
  file: dicomParser.DataSet | undefined,
  tag: string,
  otherwise: number,
  what: string,
): number {
  const value = file?.floatString(tag) ?? otherwise;
  if (!Number.isFinite(value))
    throw new Error(`its ${what} is ${JSON.stringify(file?.string(tag))}, expected a number`);
  return value;
}
