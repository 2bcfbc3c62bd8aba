import type { Affine } from '../images/affine.js';
import type { Raster, RasterLimits } from '../images/raster.js';
import { rotationOf } from './nifti-quaternion.js';
import type { SampleType } from './samples.js';
import { readVoxels } from './voxels.js';

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

/** The first so many bytes of a file, or all where there are fewer. */
export type Start = (length: number) => Promise<Uint8Array>;

/** Bytes that hold any header. */
const HEADER = 1024;

/**
 * A NIfTI-1 or NIfTI-2 image, scaled by its slope and intercept, with its affine (sform, else qform) and spacing in millimetres: a
 * plane, one slice of a volume, or with `volume` all of it in one piece; x runs along the rows. Black and white are those
 * that its header gives (`cal_min`, `cal_max`), else its extremes. No more is unpacked than what is read.
 *
 * @param start Gives the first so many bytes of the file, unpacked, or all where there are fewer.
 * @param separate The same of the voxels, where they lie in a file of their own (`.img` beside `.hdr`). The header may then be one
 * of Analyze 7.5, which gives values and spacing and does not say where the voxels lie.
 */
export async function niftiRaster(start: Start, limits: RasterLimits, separate?: Start): Promise<Raster> {
  const bytes = await start(HEADER);
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
    separate ?? start,
  );
}

/** A header of Analyze 7.5, with the mark by which it is read as one of NIfTI; `undefined` where it is none. */
function asNifti(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < 348) return undefined;
  const view = viewOf(bytes);
  const sizeIs = (size: number) => view.getInt32(0, true) === size || view.getInt32(0) === size;
  const mark = String.fromCharCode(...bytes.subarray(344, 347));
  if (!sizeIs(348) || /^n[i+]1$/.test(mark)) return undefined;
  const marked = Uint8Array.from(bytes);
  marked.set([0x6e, 0x69, 0x31, 0], 344);
  return marked;
}

const viewOf = ({ buffer, byteOffset, length }: Uint8Array) => new DataView(buffer, byteOffset, length);

type Header = Awaited<ReturnType<typeof import('nifti-reader-js')['readHeader']>>;

const magicOf = ({ magic }: Header) => String(magic).slice(0, 3);

/** The sform, else the qform, else none, as nibabel and SPM choose: NIfTI-1's methods 3, 2 and 1; in millimetres. */
function affineOf(header: Header, bytes: Uint8Array): Affine | undefined {
  if (header.sform_code <= 0 && header.qform_code <= 0) return undefined;
  const affine = header.sform_code > 0 ? sformOf(header, bytes) : rotationOf(header);
  return affine.map((value, i) => (i < 12 ? value * unitOf(header) : value));
}

/** As it is stored: nifti-reader-js puts the qform in its place where that has the larger code. */
function sformOf(header: Header, bytes: Uint8Array): Affine {
  if (magicOf(header) !== 'n+1' && magicOf(header) !== 'ni1')
    return header.affine.slice(0, 3).flat().concat(0, 0, 0, 1);
  const float = (at: number) => viewOf(bytes).getFloat32(at, header.littleEndian);
  return [...Array.from({ length: 12 }, (_, i) => float(280 + 4 * i)), 0, 0, 0, 1];
}

/** Millimetres in a unit of its lengths, the lower three bits of `xyzt_units`: metres, micrometres, else millimetres. */
const unitOf = ({ xyzt_units }: Header) => ({ 1: 1000, 3: 0.001 })[xyzt_units & 7] ?? 1;
