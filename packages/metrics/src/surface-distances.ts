import { checkPair, type Numbers } from './checks.js';
import { squaredDistances } from './distance-transform.js';
import { binarise, checkGeometry, type Geometry } from './geometry.js';

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
  const a = binarise(caller, 'prediction', prediction, threshold);
  const b = binarise(caller, 'reference', reference, threshold);
  const { low, size } = boundingBox(a, b, shape);
  const surfaceA = surface(a, shape, low, size);
  const surfaceB = surface(b, shape, low, size);
  const distances = (from: Uint8Array, to: Uint8Array) =>
    squaredDistances(to, size, spacing)
      .filter((_, i) => from[i])
      .map(Math.sqrt);
  return { fromPrediction: distances(surfaceA, surfaceB), fromReference: distances(surfaceB, surfaceA) };
}

/** Says which of the masks had no surface, if any. */
export function emptyMask(fromPrediction: Float64Array, fromReference: Float64Array): string | undefined {
  if (fromPrediction.length && fromReference.length) return undefined;
  return `${fromPrediction.length ? 'reference' : 'prediction'} is an empty mask`;
}

/** The box that holds both masks, so that a small structure in a large volume costs little. */
function boundingBox(a: Uint8Array, b: Uint8Array, shape: readonly number[]) {
  const low = shape.map((size) => size);
  const high = shape.map(() => -1);
  for (let i = 0; i < a.length; i++) {
    if (!(a[i]! | b[i]!)) continue;
    for (let axis = shape.length - 1, rest = i; axis >= 0; axis--) {
      const at = rest % shape[axis]!;
      rest = (rest - at) / shape[axis]!;
      low[axis] = Math.min(low[axis]!, at);
      high[axis] = Math.max(high[axis]!, at);
    }
  }
  return { low, size: low.map((first, axis) => Math.max(0, high[axis]! - first + 1)) };
}

/** Marks the surface of a mask, in the box. */
function surface(mask: Uint8Array, shape: readonly number[], low: number[], size: number[]): Uint8Array {
  const marked = new Uint8Array(size.reduce((product, length) => product * length, 1));
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    let inner = true;
    let target = 0;
    let targetStride = 1;
    for (let axis = shape.length - 1, stride = 1, rest = i; axis >= 0; axis--) {
      const length = shape[axis]!;
      const at = rest % length;
      rest = (rest - at) / length;
      inner &&= at > 0 && at < length - 1 && mask[i - stride] === 1 && mask[i + stride] === 1;
      target += (at - low[axis]!) * targetStride;
      stride *= length;
      targetStride *= size[axis]!;
    }
    if (!inner) marked[target] = 1;
  }
  return marked;
}
