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
  const axes = spacing.map((_, axis) => axis);
  const corners = Array.from({ length: 1 << axes.length }, (_, k) => k);
  return Float64Array.from({ length: 2 ** corners.length }, (_, code) => {
    const inside = corners.filter((k) => (code >> k) & 1);
    const fewer = inside.length * 2 > corners.length ? corners.filter((k) => !inside.includes(k)) : inside;
    const waiting = new Set(fewer);
    let area = 0;
    for (const first of waiting) {
      const group = [first];
      waiting.delete(first);
      for (const k of group)
        for (const axis of axes) if (waiting.delete(k ^ (1 << axis))) group.push(k ^ (1 << axis));
      area += axes.length === 2 ? cutLength(group, spacing) : cutArea(group, spacing);
    }
    return area;
  });
}

/** A single pixel is cut off across, two along the edge that they share. */
function cutLength([first, second]: number[], [height, width]: readonly number[]): number {
  if (second === undefined) return Math.hypot(height!, width!) / 2;
  return (first! ^ second) === 1 ? height! : width!;
}

/** The area that cuts off one to four corners, as a sum of triangles by their normals. */
function cutArea(group: number[], [s0, s1, s2]: readonly number[]): number {
  const area = (n0: unknown, n1: unknown, n2: unknown) =>
    Math.hypot(+!n0 * s1! * s2!, +!n1 * s0! * s2!, +!n2 * s0! * s1!);
  const edges = [1, 2, 4].map((edge) => group.filter((k) => k & edge && group.includes(k ^ edge)).length);
  const side = area(edges[0], edges[1], edges[2]);
  const corner = area(0, 0, 0) / 8;
  if (group.length === 1) return corner; // a triangle
  if (group.length === 2) return side / 2; // a rectangle
  if (group.length === 3) return side / 2 + 3 * corner; // a triangle and a trapezium
  if (edges.includes(2)) return side; // a face
  const inner = group.filter((k) => [1, 2, 4].filter((edge) => group.includes(k ^ edge)).length === 2);
  if (inner.length === 0) return 6 * corner; // a corner and its three neighbours: a hexagon
  // a path along all three axes: the hexagon's four inner eighths, and a triangle on either side of the middle edge
  const middle = inner[0]! ^ inner[1]!;
  const ends = [1, 2, 4].filter((edge) => edge !== middle);
  return 4 * corner + ends.reduce((sum, edge) => sum + area(edge === 1, edge === 2, edge === 4) / 4, 0);
}
