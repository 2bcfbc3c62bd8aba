import { checkPair, type Numbers, orEmpty } from '../checks.js';
import { binarise, checkGeometry, type Geometry } from '../geometry.js';
import { product } from '../statistics/sum.js';
import { squareDistances } from './distance-transform.js';

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
  const at = (voxel: number, axis: number) => Math.floor(voxel / strides[axis]!) % shape[axis]!;
  const surface = (name: string, mask: Numbers) => {
    const inside = binarise(caller, name, mask, threshold);
    const isBorder = (voxel: number) =>
      strides.some((stride, axis) => {
        const before = at(voxel, axis);
        const after = shape[axis]! - 1 - before;
        return !(before && after && inside[voxel - stride] && inside[voxel + stride]);
      });
    const voxels: number[] = [];
    inside.forEach((value, voxel) => {
      if (value && isBorder(voxel)) voxels.push(voxel);
    });
    return voxels;
  };
  const surfaces = [surface('prediction', prediction), surface('reference', reference)];

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

/** `undefined` where both masks have a surface; else `empty`, or the error that names the one that has none. */
export function withoutSurface(
  caller: string,
  { fromPrediction, fromReference }: SurfaceDistances,
  empty: number | undefined,
): number | undefined {
  if (fromPrediction.length && fromReference.length) return undefined;
  return orEmpty(caller, empty, `${fromPrediction.length ? 'reference' : 'prediction'} is an empty mask`);
}
