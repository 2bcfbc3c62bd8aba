import * as tf from '@tensorflow/tfjs-core';
import { wordsOf } from './copy-runs.js';
import { kernel } from './kernel.js';

/** x repeated reps[i] times along each axis i, which also broadcasts. */
export const tile = kernel<{ x: tf.Tensor }, { reps: number[] }>(
  tf.Tile,
  ({ inputs: { x }, attrs: { reps }, backend }, stock) => {
    if (x.dtype === 'string') return stock({ x }, { reps });
    const out = backend.makeOutput(
      x.shape.map((length, axis) => length * reps[axis]!),
      x.dtype,
    );
    if (tf.util.sizeFromShape(out.shape) === 0) return out;
    const target = wordsOf(backend, out);
    const source = wordsOf(backend, x);
    const run = (axis: number) => tf.util.sizeFromShape(x.shape.slice(axis));
    /** Writes the tiled block of x[…, from] at `to`, and returns where it ends. */
    const write = (axis: number, from: number, to: number): number => {
      const rest = reps.slice(axis);
      if (rest.every((count) => count === 1)) {
        const length = run(axis);
        if (length === 1) target[to] = source[from]!;
        else target.set(source.subarray(from, from + length), to);
        return to + length;
      }
      let end = to;
      for (let i = 0; i < x.shape[axis]!; i++) end = write(axis + 1, from + i * run(axis + 1), end);
      return repeat(target, to, end, reps[axis]!);
    };
    write(0, 0, 0);
    return out;
  },
);

/** Fills what follows target[start, end) so that it is there `count` times, doubling as it goes. */
function repeat(target: Int32Array | Uint8Array, start: number, end: number, count: number): number {
  const last = start + (end - start) * count;
  while (end < last) {
    const length = Math.min(end - start, last - end);
    target.copyWithin(end, start, start + length);
    end += length;
  }
  return last;
}
