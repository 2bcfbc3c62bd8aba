import { checkOptions } from '@diff/checks';
import { binarise, checkGeometry, type Geometry } from '../geometry.js';
import type { Numbers } from '../numbers.js';

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
  checkOptions(caller, options, ['shape', 'spacing', 'threshold']);
  const inside = binarise(caller, 'mask', mask, options?.threshold);
  const spacing = checkGeometry(caller, inside.length, { ...options });
  const distances = new Float64Array(inside.length);
  for (let i = 0; i < inside.length; i++) if (!inside[i]) distances[i] = Infinity;
  squareDistances(distances, options.shape, spacing);
  return distances.map(Math.sqrt);
}

/**
 * Turns 0 at the sites and `Infinity` elsewhere into squared distances to the nearest site: along each
 * axis, every line of values becomes the lower envelope of the parabolas rooted in them.
 */
export function squareDistances(
  values: Float64Array,
  shape: readonly number[],
  spacing: readonly number[],
): void {
  let stride = values.length;
  shape.forEach((size, axis) => {
    const span = stride;
    stride /= size;
    const scale = spacing[axis]! ** 2;
    const line = new Float64Array(size);
    const roots = new Int32Array(size);
    const starts = new Float64Array(size + 1);
    for (let i = 0; i < values.length; i++) {
      if (i % span < stride) envelope(values, i, stride, scale, line, roots, starts);
    }
  });
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
  let last = -1;
  for (let q = 0; q < line.length; q++) {
    const height = values[first + q * stride]!;
    line[q] = height;
    if (height === Infinity) continue;
    let start = -Infinity;
    for (; last >= 0; last--) {
      const root = roots[last]!;
      start = ((height - line[root]!) / scale + q * q - root * root) / (2 * (q - root));
      if (start > starts[last]!) break;
    }
    roots[++last] = q;
    starts[last] = last ? start : -Infinity;
  }
  starts[last + 1] = Infinity;
  for (let q = 0, k = 0; last >= 0 && q < line.length; q++) {
    while (starts[k + 1]! < q) k++;
    const root = roots[k]!;
    values[first + q * stride] = scale * (q - root) ** 2 + line[root]!;
  }
}
