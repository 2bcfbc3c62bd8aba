import type { Numbers } from './checks.js';
import { binarise, checkGeometry, type Geometry } from './geometry.js';

/**
 * The exact Euclidean distance from every voxel to the nearest voxel of the mask (values `> threshold`,
 * 0.5 by default), centre to centre, in units of `spacing`; 0 inside the mask, `Infinity` everywhere if
 * it is empty. Any number of axes, in time linear in the number of voxels.
 *
 * @throws RangeError for a `shape` or `spacing` that does not fit, and values that are not finite
 * @see Felzenszwalb & Huttenlocher, *Distance Transforms of Sampled Functions*, 2012
 */
export function distanceTransform(mask: Numbers, options: Geometry & { threshold?: number }): Float64Array {
  const caller = 'distanceTransform';
  const inside = binarise(caller, 'mask', mask, options.threshold ?? 0.5);
  const spacing = checkGeometry(caller, 'mask', mask.length, options);
  return squaredDistances(inside, options.shape, spacing).map(Math.sqrt);
}

/** One pass an axis: each line of squared distances becomes the lower envelope of parabolas rooted in it. */
export function squaredDistances(
  sites: Uint8Array,
  shape: readonly number[],
  spacing: readonly number[],
): Float64Array {
  const distances = new Float64Array(sites.length);
  for (let i = 0; i < sites.length; i++) if (!sites[i]) distances[i] = Infinity;
  let stride = sites.length;
  shape.forEach((size, axis) => {
    const span = stride;
    stride /= size;
    const scale = spacing[axis]! ** 2;
    const line = new Float64Array(size);
    const roots = new Int32Array(size);
    const starts = new Float64Array(size + 1);
    for (let base = 0; base < sites.length; base += span) {
      for (let first = base; first < base + stride; first++) {
        envelope(distances, first, stride, scale, line, roots, starts);
      }
    }
  });
  return distances;
}

function envelope(
  values: Float64Array,
  first: number,
  stride: number,
  scale: number,
  line: Float64Array,
  roots: Int32Array,
  starts: Float64Array,
): void {
  const size = line.length;
  let last = -1;
  for (let q = 0; q < size; q++) {
    const height = values[first + q * stride]!;
    line[q] = height;
    if (height === Infinity) continue;
    let start = -Infinity;
    while (last >= 0) {
      const root = roots[last]!;
      start = ((height - line[root]!) / scale + q * q - root * root) / (2 * (q - root));
      if (start > starts[last]!) break;
      last--;
      start = -Infinity;
    }
    roots[++last] = q;
    starts[last] = start;
  }
  if (last < 0) return;
  starts[last + 1] = Infinity;
  for (let q = 0, k = 0; q < size; q++) {
    while (starts[k + 1]! < q) k++;
    const root = roots[k]!;
    values[first + q * stride] = scale * (q - root) ** 2 + line[root]!;
  }
}
