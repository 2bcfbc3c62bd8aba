import type dicomParser from 'dicom-parser';
import { composed, inverted } from '../images/affine.js';
import { fillRings } from '../images/fill-rings.js';
import { turnedLps } from '../images/lps.js';
import type { Raster, RasterLimits } from '../images/raster.js';
import { itemsOf } from './dicom-file.js';
import { rtReferences } from './dicom-source.js';

/** SOP class of structure sets. */
export const STRUCTURE_SET = '1.2.840.10008.5.1.4.1.1.481.3';

/** How far from the middle of a slice a contour may lie, in slices. */
const NEAR = 0.25;

/**
 * The structures of a DICOM structure set, drawn on the grid of their image: a layer per structure, by number and name. Inside
 * is a voxel whose centre an odd number of a structure's contours of its slice enclose.
 *
 * Source: PS3.3 C.8.8.5 and C.8.8.6.
 *
 * @throws Error where there is no image (`onto`) that says where it lies, or a contour lies between its slices or beyond them.
 */
export function readRtstruct(file: dicomParser.DataSet, { onto }: RasterLimits): Raster {
  if (!onto?.affine)
    throw new Error('a structure set is drawn on its image: give images that say where they lie');
  const { width, height, depth = 1, affine, spacing } = onto;
  const toVoxels = inverted(affine);
  if (!toVoxels) throw new Error('the affine of its image cannot be inverted');
  // The corner of the first voxel is 0, its centre 0.5.
  const back = composed([1, 0, 0, 0.5, 0, 1, 0, 0.5, 0, 0, 1, 0, 0, 0, 0, 1], composed(toVoxels, LPS));
  const names = new Map(
    itemsOf(file, 'x30060020').map((item) => [
      item.string('x30060022')?.trim(),
      item.string('x30060026')?.trim(),
    ]),
  );
  const layers = itemsOf(file, 'x30060039').map((roi) => {
    const reference = roi.string('x30060084')?.trim();
    const name = names.get(reference) ?? '';
    const bySlice = new Map<number, number[][]>();
    for (const contour of itemsOf(roi, 'x30060040')) {
      const type = contour.string('x30060042')?.trim();
      if (type === 'POINT') continue;
      if (type !== 'CLOSED_PLANAR' && type !== 'CLOSEDPLANAR_XOR')
        throw new Error(`${name} has a contour of the type ${type ?? '(none)'}, expected CLOSED_PLANAR`);
      const { slice, ring } = inVoxels(contour, back, depth, name);
      checkImage(contour, slice, onto, name);
      bySlice.set(slice, [...(bySlice.get(slice) ?? []), ring]);
    }
    const data = new Uint8Array(width * height * depth);
    for (const [slice, rings] of bySlice)
      fillRings(data.subarray(slice * width * height, (slice + 1) * width * height), rings, onto);
    return { number: Number(reference), name, data };
  });
  if (layers.length === 0) throw new Error('a structure set without contours');
  return {
    ...{ data: new Uint8Array(0), width, height, channels: 1, range: [0, 1], layers, affine },
    ...(depth > 1 && { depth }),
    ...(spacing && { spacing }),
    refers: rtReferences(file),
  };
}

/** A contour may say which image it was drawn on: that must be the one of its slice. */
function checkImage(contour: dicomParser.DataSet, slice: number, { dicom }: Raster, name: string): void {
  const drawn = itemsOf(contour, 'x30060016')[0]?.string('x00081155')?.trim();
  const at = dicom?.instances.length === 1 ? -1 : (dicom?.instances.indexOf(drawn ?? '') ?? -1);
  if (at >= 0 && at !== slice)
    throw new Error(`${name} has a contour on slice ${slice} that says it was drawn on slice ${at}`);
}

/** From DICOM's axes to those of affines. */
const LPS = turnedLps([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);

function inVoxels(
  contour: dicomParser.DataSet,
  back: readonly number[],
  depth: number,
  name: string,
): { slice: number; ring: number[] } {
  const points = (contour.string('x30060050') ?? '').split('\\').map(Number);
  if (points.length < 9 || points.length % 3 || !points.every(Number.isFinite))
    throw new Error(
      `${name} has a contour of ${points.length} numbers, expected three for each of three points or more`,
    );
  const at = (row: number, i: number) =>
    back[4 * row]! * points[i]! +
    back[4 * row + 1]! * points[i + 1]! +
    back[4 * row + 2]! * points[i + 2]! +
    back[4 * row + 3]!;
  const slice = Math.round(at(2, 0));
  const ring: number[] = [];
  for (let i = 0; i < points.length; i += 3) {
    if (Math.abs(at(2, i) - slice) > NEAR)
      throw new Error(`${name} has a contour between the slices of its image`);
    ring.push(at(0, i), at(1, i));
  }
  if (slice < 0 || slice >= depth)
    throw new Error(`${name} has a contour on slice ${slice} of an image of ${depth}, counted from 0`);
  return { slice, ring };
}
