import { checkPair, type Numbers } from './checks.js';
import { squaredDistances } from './distance-transform.js';
import { binarise, checkGeometry, type Geometry } from './geometry.js';
import { product } from './sum.js';

export interface SurfaceOptions extends Geometry {
  /** A value belongs to a mask where it is `> threshold`; 0.5 by default. */
  threshold?: number;
  /** What to return where empty masks leave the metric undefined. */
  empty?: number;
}

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
 * @throws RangeError for a `shape` or `spacing` that does not fit, and values that are not finite
 */
export function surfaceDistances(
  prediction: Numbers,
  reference: Numbers,
  options: Omit<SurfaceOptions, 'empty'>,
): SurfaceDistances {
  return distancesBetween('surfaceDistances', prediction, reference, options);
}

export function distancesBetween(
  caller: string,
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions,
): SurfaceDistances {
  checkPair(caller, 'prediction', prediction, 'reference', reference);
  const { shape, threshold = 0.5 } = options;
  const spacing = checkGeometry(caller, 'prediction', prediction.length, options);
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  const surfaces = [
    surface(binarise(caller, 'prediction', prediction, threshold), shape, strides),
    surface(binarise(caller, 'reference', reference, threshold), shape, strides),
  ];

  // in the box that holds both surfaces, so that a small structure in a large volume costs little
  const low = shape.map(() => Infinity);
  const high = shape.map(() => -1);
  const at = (voxel: number, axis: number) => Math.floor(voxel / strides[axis]!) % shape[axis]!;
  for (const voxel of surfaces.flat()) {
    for (let axis = 0; axis < shape.length; axis++) {
      low[axis] = Math.min(low[axis]!, at(voxel, axis));
      high[axis] = Math.max(high[axis]!, at(voxel, axis));
    }
  }
  const size = shape.map((_, axis) => Math.max(0, high[axis]! - low[axis]! + 1));
  const [a, b] = surfaces.map((voxels) =>
    voxels.map((voxel) =>
      size.reduce((place, length, axis) => place * length + at(voxel, axis) - low[axis]!, 0),
    ),
  );
  const distances = (from: number[], to: number[]) => {
    const sites = new Uint8Array(product(size));
    for (const place of to) sites[place] = 1;
    const squared = squaredDistances(sites, size, spacing);
    return Float64Array.from(from, (place) => Math.sqrt(squared[place]!));
  };
  return { fromPrediction: distances(a!, b!), fromReference: distances(b!, a!) };
}

/** Says which of the masks had no surface, if any. */
export function emptyMask(fromPrediction: Float64Array, fromReference: Float64Array): string | undefined {
  if (fromPrediction.length && fromReference.length) return undefined;
  return `${fromPrediction.length ? 'reference' : 'prediction'} is an empty mask`;
}

/** The voxels of a mask that have a face neighbour outside it. */
function surface(mask: Uint8Array, shape: readonly number[], strides: number[]): number[] {
  const voxels: number[] = [];
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    let inner = true;
    for (let axis = 0; inner && axis < shape.length; axis++) {
      const stride = strides[axis]!;
      const at = Math.floor(i / stride) % shape[axis]!;
      inner = at > 0 && at < shape[axis]! - 1 && mask[i - stride]! + mask[i + stride]! === 2;
    }
    if (!inner) voxels.push(i);
  }
  return voxels;
}
