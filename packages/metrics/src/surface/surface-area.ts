import { product } from '../statistics/sum.js';
import { squareDistances } from './distance-transform.js';
import type { SurfaceDistances } from './surface-distances.js';

export interface WeightedDistances extends SurfaceDistances {
  /** Area (length in 2-D) of each element of the prediction's surface. */
  predictionAreas: Float64Array;
  /** Area (length in 2-D) of each element of the reference's surface. */
  referenceAreas: Float64Array;
}

/**
 * Distances between the elements of two surfaces, with the area of each. An element lies at a corner of the grid, between
 * 4 pixels or 8 voxels of which some are inside: its length is that of marching squares, its area that of marching cubes.
 */
export function weightedDistances(
  prediction: Uint8Array,
  reference: Uint8Array,
  shape: readonly number[],
  spacing: readonly number[],
): WeightedDistances {
  const areas = elementAreas(spacing);
  const corners = shape.map((size) => size + 1);
  const a = codes(prediction, shape, corners);
  const b = codes(reference, shape, corners);
  const full = areas.length - 1;
  const onSurface = (code: number) => code > 0 && code < full;
  const from = (own: Uint8Array, other: Uint8Array) => {
    const squared = Float64Array.from(other, (code) => (onSurface(code) ? 0 : Infinity));
    squareDistances(squared, corners, spacing);
    return squared.filter((_, i) => onSurface(own[i]!)).map(Math.sqrt);
  };
  const areasOf = (own: Uint8Array) => Float64Array.from(own.filter(onSurface), (code) => areas[code]!);
  return {
    fromPrediction: from(a, b),
    fromReference: from(b, a),
    predictionAreas: areasOf(a),
    referenceAreas: areasOf(b),
  };
}

/** For each corner of the grid, which of the pixels around it are inside: bit k for the one that lies at the bits of k. */
function codes(inside: Uint8Array, shape: readonly number[], corners: readonly number[]): Uint8Array {
  const result = new Uint8Array(product(corners));
  const neighbours = 1 << shape.length;
  const place = new Array<number>(shape.length).fill(0);
  for (let voxel = 0; voxel < inside.length; voxel++) {
    if (inside[voxel]) {
      for (let k = 0; k < neighbours; k++) {
        const corner = place.reduce((at, p, axis) => at * corners[axis]! + p + 1 - ((k >> axis) & 1), 0);
        result[corner]! |= 1 << k;
      }
    }
    for (let axis = shape.length - 1; axis >= 0 && ++place[axis]! === shape[axis]!; axis--) place[axis] = 0;
  }
  return result;
}

/**
 * The area of marching cubes for each of the 256 codes, the length of marching squares for each of the 16: corners that
 * share an edge are cut off together, from the rest, along the middles of the edges; of more than half, the others are.
 */
export function elementAreas(spacing: readonly number[]): Float64Array {
  const axes = spacing.length;
  const neighbours = 1 << axes;
  return Float64Array.from({ length: 2 ** neighbours }, (_, code) => {
    const members = Array.from({ length: neighbours }, (_, k) => k).filter((k) => (code >> k) & 1);
    const few =
      members.length * 2 <= neighbours
        ? members
        : [...Array(neighbours).keys()].filter((k) => !((code >> k) & 1));
    const waiting = new Set(few);
    let area = 0;
    for (const first of few) {
      if (!waiting.delete(first)) continue;
      const group = [first];
      for (const corner of group)
        for (let axis = 0; axis < axes; axis++)
          if (waiting.delete(corner ^ (1 << axis))) group.push(corner ^ (1 << axis));
      area += axes === 2 ? cutLength(group, spacing) : cutArea(group, spacing);
    }
    return area;
  });
}

/** How many edges along each axis join the corners of a group. */
const edges = (group: number[], axes: number) =>
  Array.from(
    { length: axes },
    (_, axis) => group.filter((k) => !((k >> axis) & 1) && group.includes(k | (1 << axis))).length,
  );

/** A single pixel is cut off across, two along their edge. */
function cutLength(group: number[], [height, width]: readonly number[]): number {
  const [down] = edges(group, 2);
  if (group.length === 1) return Math.hypot(height!, width!) / 2;
  return down ? height! : width!;
}

/** Area of a cut whose normals, in units of the grid's faces, are the rows. */
function cutArea(group: number[], [s0, s1, s2]: readonly number[]): number {
  const area = (a: number, b: number, c: number) => Math.hypot(a * s1! * s2!, b * s0! * s2!, c * s0! * s1!);
  const along = edges(group, 3);
  const [e0, e1, e2] = along as [number, number, number];
  const one = area(1, 1, 1);
  if (group.length === 1) return one / 8; // a corner: a triangle
  if (group.length === 2) return area(+!e0, +!e1, +!e2) / 2; // an edge: a rectangle
  if (group.length === 3) return area(+!e0, +!e1, +!e2) / 2 + (3 / 8) * one; // an L: a triangle and a trapezium
  if (Math.max(e0, e1, e2) === 2) return area(+!e0, +!e1, +!e2); // a face
  const hub = group.find((k) => [1, 2, 4].every((edge) => group.includes(k ^ edge)));
  if (hub !== undefined) return (3 / 4) * one; // a corner and its three neighbours: a hexagon
  // a path along all three axes: a rectangle of triangles, and one more at either end
  const middle = [0, 1, 2].find((axis) =>
    group
      .filter((k) => degree(group, k) === 2)
      .every((k) => group.some((j) => j === (k ^ (1 << axis)) && degree(group, j) === 2)),
  )!;
  const side = (end: number) =>
    area(...([0, 1, 2].map((axis) => +(axis === middle || axis === end)) as [number, number, number])) / 4;
  return one / 2 + [0, 1, 2].filter((axis) => axis !== middle).reduce((sum, end) => sum + side(end), 0);
}

const degree = (group: number[], k: number) => [1, 2, 4].filter((edge) => group.includes(k ^ edge)).length;
