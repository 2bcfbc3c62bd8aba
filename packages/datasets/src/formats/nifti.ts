import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { checkInteger, checkObject } from '@diff/checks';
import { type Affine, spacingOf } from '../images/affine.js';
import type { Raster, RasterLimits } from '../images/raster.js';
import { checkPlane, type Extent } from '../images/sized.js';
import { startOf } from './inflate.js';
import { quaternionOf, rotationOf } from './nifti-quaternion.js';
import type { SampleType } from './samples.js';
import { readVoxels } from './voxels.js';

const deflate = promisify(gzip);

/** NIfTI's `datatype`. */
const TYPES: Readonly<Record<number, SampleType>> = {
  2: 'uint8',
  4: 'int16',
  8: 'int32',
  16: 'float32',
  64: 'float64',
  256: 'int8',
  512: 'uint16',
  768: 'uint32',
  1024: 'int64',
  1280: 'uint64',
};

/** NIfTI-1 counts voxels along an axis in 16 bits. */
const LONGEST = 2 ** 15 - 1;

/** Bytes that hold any header. */
const HEADER = 1024;

/**
 * A NIfTI-1 or NIfTI-2 image, scaled by its slope and intercept, with its affine (sform, else qform) and spacing in millimetres: a
 * plane, one slice of a volume, or with `volume` all of it in one piece; x runs along the rows. Black and white are those
 * that its header gives (`cal_min`, `cal_max`), else its extremes. No more is unpacked than what is read.
 *
 * @param separate The voxels, where they lie in a file of their own (`.img` beside `.hdr`). The header may then be one
 * of Analyze 7.5, which gives values and spacing and does not say where the voxels lie.
 */
export async function readNifti(file: Buffer, limits: RasterLimits, separate?: Buffer): Promise<Raster> {
  const bytes = await startOf(file, HEADER);
  const analyze = separate !== undefined && asNifti(bytes);
  const head = new Uint8Array(analyze || bytes).buffer;
  // An ES module alone: imported where it is needed, so that the CommonJS build can load it.
  const { isNIFTI, readHeader } = await import('nifti-reader-js');
  if (!isNIFTI(head, separate !== undefined)) throw new Error('not a NIfTI file');
  // Extensions, which may be longer than what is read here or damaged, say nothing of the voxels: none are flagged.
  for (const flag of [348, 540]) new Uint8Array(head).fill(0, flag, flag + 4);
  const header = readHeader(head, separate !== undefined);
  const { dims, datatypeCode, littleEndian: little, scl_slope, scl_inter, cal_min, cal_max } = header;
  const type = TYPES[datatypeCode];
  if (!type) throw new Error(`NIfTI data of type ${datatypeCode} are not supported`);
  if (!(dims[0]! >= 1 && dims[0]! <= 7)) throw new Error(`it has ${dims[0]} axes, expected 1 to 7`);
  if (analyze && scl_slope !== 0 && scl_slope !== 1)
    throw new Error(`a factor of ${scl_slope}, which Analyze does not define: convert it to NIfTI`);

  const least = separate ? 0 : 'n+1' === magicOf(header) ? 348 : 540;
  const offset = header.vox_offset;
  if (!(Number.isInteger(offset) && offset >= least))
    throw new Error(`its voxels begin at byte ${offset}, expected an integer of at least ${least}`);
  const isScaled = Number.isFinite(cal_max) && cal_max > cal_min;
  return readVoxels(
    {
      sizes: dims.slice(1, 1 + dims[0]!).map((size, axis) => (axis > 1 ? Math.max(1, size) : size)),
      ...{ type, little, offset },
      ...(scl_slope && !analyze && { scale: [scl_slope, scl_inter] }),
      ...(!analyze && { affine: affineOf(header, bytes) }),
      spacing: header.pixDims
        .slice(1, 4)
        .map((size) => (Math.abs(size) || 1) * (analyze ? 1 : unitOf(header))),
      ...(isScaled && !analyze && { range: [cal_min, cal_max] }),
    },
    limits,
    (length) => startOf(separate ?? file, length),
  );
}

/** A header of Analyze 7.5, with the mark by which it is read as one of NIfTI; `undefined` where it is none. */
function asNifti(bytes: Buffer): Buffer | undefined {
  const sizeIs = (size: number) => bytes.readInt32LE(0) === size || bytes.readInt32BE(0) === size;
  if (bytes.length < 348 || !sizeIs(348) || /^n[i+]1$/.test(bytes.toString('latin1', 344, 347)))
    return undefined;
  const marked = Buffer.from(bytes);
  marked.write('ni1\0', 344, 'latin1');
  return marked;
}

type Header = Awaited<ReturnType<typeof import('nifti-reader-js')['readHeader']>>;

const magicOf = ({ magic }: Header) => String(magic).slice(0, 3);

/** The sform, else the qform, else none, as nibabel and SPM choose: NIfTI-1's methods 3, 2 and 1; in millimetres. */
function affineOf(header: Header, bytes: Buffer): Affine | undefined {
  if (header.sform_code <= 0 && header.qform_code <= 0) return undefined;
  const affine = header.sform_code > 0 ? sformOf(header, bytes) : rotationOf(header);
  return affine.map((value, i) => (i < 12 ? value * unitOf(header) : value));
}

/** As it is stored: nifti-reader-js puts the qform in its place where that has the larger code. */
function sformOf(header: Header, bytes: Buffer): Affine {
  if (magicOf(header) !== 'n+1' && magicOf(header) !== 'ni1')
    return header.affine.slice(0, 3).flat().concat(0, 0, 0, 1);
  const float = (at: number) => (header.littleEndian ? bytes.readFloatLE(at) : bytes.readFloatBE(at));
  return [...Array.from({ length: 12 }, (_, i) => float(280 + 4 * i)), 0, 0, 0, 1];
}

/** Millimetres in a unit of its lengths, the lower three bits of `xyzt_units`: metres, micrometres, else millimetres. */
const unitOf = ({ xyzt_units }: Header) => ({ 1: 1000, 3: 0.001 })[xyzt_units & 7] ?? 1;

/**
 * Values of a plane or of a volume as the bytes of a `.nii.gz` file: NIfTI-1, gzipped, x along rows. A `Uint8Array` becomes
 * unsigned bytes, a `Float32Array` 32-bit floats; values come back exactly. `affine` is written as the sform, and as
 * the qform where it is free of shear; `spacing` alone as the zooms.
 *
 * @throws RangeError where there are another number of values, values, affine or spacing that are not finite, or more than
 * 32767 voxels along an axis.
 */
export async function encodeNifti(given: Uint8Array | Float32Array, extent: Extent): Promise<Uint8Array> {
  checkObject('encodeNifti', 'extent', extent);
  checkPlane('encodeNifti', given, { ...extent, channels: 1 });
  const values =
    given instanceof Uint8Array || given instanceof Float32Array ? given : Float32Array.from(given);
  const { width, height, depth = 1, affine } = extent;
  for (const [name, size] of Object.entries({ width, height, depth }))
    checkInteger('encodeNifti', name, size, 1, LONGEST);
  const spacing = affine ? spacingOf(affine) : (extent.spacing ?? []);
  const [header, wide] = [352, values instanceof Float32Array];
  const bytes = new Uint8Array(header + values.length * values.BYTES_PER_ELEMENT);
  const view = new DataView(bytes.buffer);
  const float = (at: number, value: number) => view.setFloat32(at, value, true);
  view.setInt32(0, 348, true);
  [depth > 1 || affine ? 3 : 2, width, height, depth, 1, 1, 1, 1].forEach((size, i) => {
    view.setInt16(40 + 2 * i, size, true);
  });
  view.setInt16(70, wide ? 16 : 2, true);
  view.setInt16(72, 8 * values.BYTES_PER_ELEMENT, true);
  for (let axis = 0; axis < 8; axis++) float(76 + 4 * axis, axis > 0 ? (spacing[axis - 1] ?? 1) : 1);
  float(108, header);
  float(112, 1);
  // What shows as black and as white: levels and degrees lie between 0 and 1.
  if (wide && values.every((value) => value >= 0 && value <= 1)) float(124, 1);
  // Millimetres.
  view.setUint8(123, 2);
  if (affine) {
    view.setInt16(254, 1, true);
    affine.slice(0, 12).forEach((value, i) => float(280 + 4 * i, value));
    const turn = quaternionOf(affine);
    if (turn) {
      view.setInt16(252, 1, true);
      float(76, turn.handedness);
      [...turn.quaternion, affine[3]!, affine[7]!, affine[11]!].forEach((value, i) =>
        float(256 + 4 * i, value),
      );
    }
  }
  bytes.set([0x6e, 0x2b, 0x31, 0], 344);
  if (wide) values.forEach((value, i) => float(header + 4 * i, value));
  else bytes.set(values, header);
  return deflate(bytes);
}
