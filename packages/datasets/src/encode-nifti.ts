import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Size } from './resample.js';
import { checkPlane } from './sized.js';

const deflate = promisify(gzip);

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
