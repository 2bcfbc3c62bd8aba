import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { checkPixels, type Raster, type RasterLimits } from '../images/raster.js';
import type { Size } from '../images/resample.js';
import { checkPlane } from '../images/sized.js';

const [inflate, deflate] = [promisify(gunzip), promisify(gzip)];

/** By NIfTI's `datatypeCode`: how its values lie in memory. */
const TYPES: Record<
  number,
  { bytes: number; read: (view: DataView, at: number, little: boolean) => number }
> = {
  2: { bytes: 1, read: (view, at) => view.getUint8(at) },
  4: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  8: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  16: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  64: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  256: { bytes: 1, read: (view, at) => view.getInt8(at) },
  512: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  768: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
};

/** The most slices that pass for modalities of one picture (T1, T1ce, T2, FLAIR) rather than for a volume. */
const MODALITIES = 4;

/**
 * One slice of a NIfTI-1 or NIfTI-2 image, scaled by its slope and intercept; x runs along the rows, and the slice's
 * extremes are its black and white. Of up to four slices the first is taken unless `slice` says otherwise.
 */
export async function readNifti(compressed: Buffer, limits: RasterLimits): Promise<Raster> {
  const zipped = compressed[0] === 0x1f && compressed[1] === 0x8b;
  const bytes = zipped ? await inflate(compressed, { maxOutputLength: 64 * limits.pixelLimit }) : compressed;
  const memory = new Uint8Array(bytes).buffer;
  // An ES module alone: imported where it is needed, so that the CommonJS build can load it.
  const { isNIFTI, readHeader } = await import('nifti-reader-js');
  if (!isNIFTI(memory)) throw new Error('not a NIfTI file');
  const { dims, datatypeCode, littleEndian, vox_offset, scl_slope, scl_inter } = readHeader(memory);
  const [width, height] = [dims[1]!, dims[2]!];
  checkPixels(width, height, limits);
  const type = TYPES[datatypeCode];
  if (!type) throw new Error(`NIfTI data of type ${datatypeCode} are not supported`);
  const slices = dims.slice(3, 1 + dims[0]!).reduce((product, size) => product * Math.max(1, size), 1);
  if (limits.slice === undefined && slices > MODALITIES) {
    throw new Error(`a volume of ${slices} slices: the option slice says which to take`);
  }
  // A volume's mask may be of a single slice: it belongs to them all.
  const slice = slices === 1 ? 0 : (limits.slice ?? 0);
  if (!(slice >= 0 && slice < slices)) throw new Error(`slice ${slice} of ${slices}`);

  const view = new DataView(memory);
  const start = vox_offset + slice * width * height * type.bytes;
  if (start + width * height * type.bytes > memory.byteLength) throw new Error('truncated');
  const slope = scl_slope || 1;
  const data = new Float32Array(width * height);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < data.length; i++) {
    const value = type.read(view, start + i * type.bytes, littleEndian) * slope + (scl_slope ? scl_inter : 0);
    if (!Number.isFinite(value)) throw new Error(`voxel ${i} is ${value}`);
    data[i] = value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { data, width, height, channels: 1, range: [low, high] };
}

/**
 * One plane of `height · width` values, row-major, as the bytes of a `.nii.gz` file: NIfTI-1, gzipped, x along rows.
 * A `Uint8Array` becomes unsigned bytes, a `Float32Array` 32-bit floats; values come back exactly.
 *
 * @throws RangeError where the plane has another number of values.
 */
export async function encodeNifti(
  values: Uint8Array | Float32Array,
  { width, height }: Size,
): Promise<Uint8Array> {
  checkPlane('encodeNifti', values, { width, height });
  const [header, wide] = [352, values instanceof Float32Array];
  const bytes = new Uint8Array(header + values.length * values.BYTES_PER_ELEMENT);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 348, true);
  [2, width, height, 1, 1, 1, 1, 1].forEach((size, i) => {
    view.setInt16(40 + 2 * i, size, true);
  });
  view.setInt16(70, wide ? 16 : 2, true);
  view.setInt16(72, 8 * values.BYTES_PER_ELEMENT, true);
  for (let axis = 0; axis < 8; axis++) view.setFloat32(76 + 4 * axis, 1, true);
  view.setFloat32(108, header, true);
  view.setFloat32(112, 1, true);
  bytes.set([0x6e, 0x2b, 0x31, 0], 344);
  values.forEach((value, i) => {
    if (wide) view.setFloat32(header + 4 * i, value, true);
    else bytes[header + i] = value;
  });
  return deflate(bytes);
}
