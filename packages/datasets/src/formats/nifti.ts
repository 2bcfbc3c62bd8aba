import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Affine, shifted, spacingOf } from '../images/affine.js';
import {
  checkPixels,
  chosenSlice,
  extremesOf,
  type Raster,
  type RasterLimits,
  VOXEL_LIMIT,
} from '../images/raster.js';
import { checkPlane, type Extent } from '../images/sized.js';
import { inflateStart, isGzip } from './inflate.js';
import { quaternionOf, rotationOf } from './nifti-quaternion.js';

const deflate = promisify(gzip);

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
  1024: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  1280: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
};

/** Bytes that hold any header. */
const HEADER = 1024;

/**
 * A NIfTI-1 or NIfTI-2 image, scaled by its slope and intercept, with its affine (sform, else qform) and spacing: a
 * plane, one slice of a volume, or with `volume` all of it in one piece; x runs along the rows. Black and white are those
 * that its header gives (`cal_min`, `cal_max`), else its extremes. No more is unpacked than what is read.
 *
 * @param separate The voxels, where they lie in a file of their own (`.img` beside `.hdr`).
 */
export async function readNifti(file: Buffer, limits: RasterLimits, separate?: Buffer): Promise<Raster> {
  const start = (bytes: Buffer, length: number) =>
    isGzip(bytes) ? inflateStart(bytes, length) : Promise.resolve(bytes.subarray(0, length));
  const head = new Uint8Array(await start(file, HEADER)).buffer;
  // An ES module alone: imported where it is needed, so that the CommonJS build can load it.
  const { isNIFTI, readHeader } = await import('nifti-reader-js');
  if (!isNIFTI(head, separate !== undefined)) throw new Error('not a NIfTI file');
  const header = readHeader(head, separate !== undefined);
  const { dims, datatypeCode, littleEndian, scl_slope, cal_min, cal_max } = header;
  const [width, height] = [dims[1]!, dims[0]! > 1 ? dims[2]! : 1];
  checkPixels(width, height, limits);
  const type = TYPES[datatypeCode];
  if (!type) throw new Error(`NIfTI data of type ${datatypeCode} are not supported`);
  const sizes = dims.slice(3, 1 + dims[0]!).map((size) => Math.max(1, size));
  const slices = sizes.reduce((product, size) => product * size, 1);
  const whole = limits.volume === true && slices > 1;
  if (whole && slices !== sizes[0])
    throw new Error(`${dims.slice(1, 1 + dims[0]!).join(' × ')} voxels, expected three axes`);
  if (whole) checkPixels(width, height * slices, { pixelLimit: limits.voxelLimit ?? VOXEL_LIMIT });
  const slice = whole ? 0 : chosenSlice(slices, limits);

  const least = separate ? 0 : 'n+1' === magicOf(header) ? 348 : 540;
  const offset = header.vox_offset;
  if (!(Number.isInteger(offset) && offset >= least))
    throw new Error(`its voxels begin at byte ${offset}, expected an integer of at least ${least}`);
  const count = width * height * (whole ? slices : 1);
  const from = offset + slice * width * height * type.bytes;
  const bytes = await start(separate ?? file, from + count * type.bytes);
  if (bytes.length < from + count * type.bytes) throw new Error('truncated');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [slope, intercept] = scl_slope ? [scl_slope, header.scl_inter] : [1, 0];
  const data = new Float32Array(count);
  let most = 0;
  for (let i = 0; i < count; i++) {
    data[i] = type.read(view, from + i * type.bytes, littleEndian) * slope + intercept;
    if (!Number.isFinite(data[i])) throw new Error(`voxel ${i} is ${data[i]}`);
    if (data[i]! > most) most = data[i]!;
  }
  const place = affineOf(header);
  const affine = place && shifted(place, { front: whole ? 0 : slice });
  const spacing = header.pixDims.slice(1, 4).map((size) => Math.abs(size) || 1);
  const isScaled = Number.isFinite(cal_max) && cal_max > cal_min;
  return {
    data,
    width,
    height,
    channels: 1,
    ...(whole && { depth: slices }),
    ...(affine && { affine }),
    ...((affine || spacing.some((size) => size !== 1)) && { spacing: affine ? spacingOf(affine) : spacing }),
    range: isScaled ? [cal_min, cal_max] : extremesOf(data),
    // Bytes of up to 255 are levels as in a picture; of up to 1 they are what they are.
    ...(datatypeCode === 2 && !scl_slope && most > 1 && { white: 255 }),
  };
}

type Header = Awaited<ReturnType<typeof import('nifti-reader-js')['readHeader']>>;

const magicOf = ({ magic }: Header) => String(magic).slice(0, 3);

/** The sform, else the qform, else none: NIfTI-1's methods 3, 2 and 1. */
function affineOf(header: Header): Affine | undefined {
  if (header.sform_code > 0) return header.affine.slice(0, 3).flat().concat(0, 0, 0, 1);
  if (header.qform_code <= 0) return undefined;
  return rotationOf(header);
}

/**
 * Values of a plane or of a volume as the bytes of a `.nii.gz` file: NIfTI-1, gzipped, x along rows. A `Uint8Array` becomes
 * unsigned bytes, a `Float32Array` 32-bit floats; values come back exactly. `affine` is written as the sform, and as
 * the qform where it is free of shear; `spacing` alone as the zooms.
 *
 * @throws RangeError where there are another number of values, or values, affine or spacing that are not finite.
 */
export async function encodeNifti(values: Uint8Array | Float32Array, extent: Extent): Promise<Uint8Array> {
  checkPlane('encodeNifti', values, { ...extent, channels: 1 });
  const { width, height, depth = 1, affine } = extent;
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
