import { forEachLine } from './lines.js';

/**
 * Replaces every value by the sum of the values in the box around it: at most `radius` pixels away along each axis, cut off
 * at the grid's edges. The time does not depend on the radius.
 */
export function boxSum(values: Float64Array, shape: readonly number[], radius: number): Float64Array {
  shape.forEach((extent, axis) => {
    const before = new Float64Array(extent + 1);
    forEachLine(shape, axis, (start, stride) => {
      for (let i = 0; i < extent; i++) before[i + 1] = before[i]! + values[start + i * stride]!;
      for (let i = 0; i < extent; i++) {
        const end = Math.min(extent, i + radius + 1);
        values[start + i * stride] = before[end]! - before[Math.max(0, i - radius)]!;
      }
    });
  });
  return values;
}
