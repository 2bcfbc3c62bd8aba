import { checkOptions } from '@diff/checks';
import { binarise, checkGeometry, type Geometry } from '../geometry.js';
import { checkPair, type Numbers } from '../numbers.js';
import { product } from '../statistics/sum.js';
import { squareDistances } from './distance-transform.js';

/** What `surfaceDistances` gives. */
export interface SurfaceDistances {
  /** For each surface voxel of the prediction, the distance to the reference's surface. */
  fromPrediction: Float64Array;
  /** For each surface voxel of the reference, the distance to the prediction's surface. */
  fromReference: Float64Array;
}

/**
 * Distances between the surfaces of two masks, both ways, in units of `spacing`. A mask's surface is
 * its voxels with a face neighbour (4 in 2-D, 6 in 3-D) outside it; beyond the image is outside, so a
 * mask that touches the border has surface there. Distances are exact, from voxel centre to voxel centre.
 * An empty mask has no surface: its list is empty, and every distance to it is `Infinity`.
 *
 * @throws RangeError for label maps without a `threshold`, a `shape` or `spacing` that does not fit, and values that are not
 * finite
 */
export function surfaceDistances(
  prediction: Numbers,
  reference: Numbers,
  options: Geometry & { threshold?: number },
): SurfaceDistances {
  const caller = 'surfaceDistances';
  checkPair(caller, 'prediction', prediction, 'reference', reference);
  checkOptions(caller, options, ['shape', 'spacing', 'threshold']);
  const { shape, threshold } = options ?? {};
  const spacing = checkGeometry(caller, prediction.length, { ...options });
  return distancesBetween(
    binarise(caller, 'prediction', prediction, threshold),
    binarise(caller, 'reference', reference, threshold),
    shape,
    spacing,
  );
}

/** The same of masks of 0 and 1. */
export function distancesBetween(
  prediction: Uint8Array,
  reference: Uint8Array,
  shape: readonly number[],
  spacing: readonly number[],
): SurfaceDistances {
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  const at = (voxel: number, axis: number) => Math.floor(voxel / strides[axis]!) % shape[axis]!;
  const surface = (inside: Uint8Array) => {
    const isBorder = (voxel: number) =>
      strides.some((stride, axis) => {
        const before = at(voxel, axis);
        const after = shape[axis]! - 1 - before;
        return !(before && after && inside[voxel - stride] && inside[voxel + stride]);
      });
    const voxels: number[] = [];
    for (let voxel = 0; voxel < inside.length; voxel++)
      if (inside[voxel] && isBorder(voxel)) voxels.push(voxel);
    return voxels;
  };
  const surfaces = [surface(prediction), surface(reference)];

  // in the box that holds both surfaces, so that a small structure in a large volume costs little
  const all = surfaces.flat();
  const extreme = (pick: (a: number, b: number) => number, first: number) =>
    shape.map((_, axis) => all.reduce((most, voxel) => pick(most, at(voxel, axis)), first));
  const low = extreme(Math.min, Infinity);
  const high = extreme(Math.max, -1);
  const size = shape.map((_, axis) => Math.max(0, high[axis]! - low[axis]! + 1));
  const [a, b] = surfaces.map((voxels) =>
    voxels.map((voxel) =>
      size.reduce((place, length, axis) => place * length + at(voxel, axis) - low[axis]!, 0),
    ),
  );
  const distances = (from: number[], to: number[]) => {
    const squared = new Float64Array(product(size)).fill(Infinity);
    for (const place of to) squared[place] = 0;
    squareDistances(squared, size, spacing);
    return Float64Array.from(from, (place) => Math.sqrt(squared[place]!));
  };
  return { fromPrediction: distances(a!, b!), fromReference: distances(b!, a!) };
}
