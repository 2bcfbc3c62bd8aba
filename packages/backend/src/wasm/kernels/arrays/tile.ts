import * as tf from '@tensorflow/tfjs-core';
import { placeOf } from '../../memory/copy-runs.js';
import { kernel } from '../kernel.js';

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
    const { heap, start } = placeOf(backend, out);
    const source = placeOf(backend, x).start;
    const run = (axis: number) => tf.util.sizeFromShape(x.shape.slice(axis));
    /** Writes the tiled block of x that begins at `from` at `to`, and returns where it ends. */
    const write = (axis: number, from: number, to: number): number => {
      const rest = reps.slice(axis);
      if (rest.every((count) => count === 1)) {
        const length = run(axis);
        if (length === 1) heap[to] = heap[from]!;
        else heap.copyWithin(to, from, from + length);
        return to + length;
      }
      let end = to;
      for (let i = 0; i < x.shape[axis]!; i++) end = write(axis + 1, from + i * run(axis + 1), end);
      return repeat(heap, to, end, reps[axis]!);
    };
    write(0, source, start);
    return out;
  },
);

/** Fills what follows heap[start, end) so that it is there `count` times, doubling as it goes. */
function repeat(heap: Int32Array | Uint8Array, start: number, end: number, count: number): number {
  const last = start + (end - start) * count;
  while (end < last) {
    const length = Math.min(end - start, last - end);
    heap.copyWithin(end, start, start + length);
    end += length;
  }
  return last;
}
