import { checkInteger, checkObject } from '@diff/checks';
import { spacingOf } from '../images/affine.js';
import { checkPlane, type Extent } from '../images/sized.js';
import { quaternionOf } from './nifti-quaternion.js';

/** NIfTI-1 counts voxels along an axis in 16 bits. */
const LONGEST = 2 ** 15 - 1;

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
  return gzipped(bytes);
}

/** By what browsers and Node have alike. */
async function gzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
