import * as tf from '@tensorflow/tfjs-core';
import { kernel } from '../kernel.js';

/** Elements that the fast loops of the backend should find in a row. */
const ROW = 2048;

/**
 * An elementwise kernel that broadcasts a short operand over the leading axes of the other one, as one that adds a
 * bias to every pixel: the stock kernels work through rows as short as the operand, so the operand is repeated and
 * the rows are made long.
 */
export function widened(kernelName: string) {
  return kernel<{ a: tf.Tensor; b: tf.Tensor }>(kernelName, ({ inputs: { a, b }, backend }, stock) => {
    const [long, short] = a.size >= b.size ? [a, b] : [b, a];
    const shape = short.shape.slice(short.shape.findIndex((length) => length > 1));
    const repeats = repeatsOf(long.size / short.size, short.size);
    if (
      short.size < 2 ||
      repeats < 2 ||
      !endsWith(long.shape, shape) ||
      short.dtype !== 'float32' ||
      long.dtype !== 'float32'
    ) {
      return stock({ a, b });
    }
    const row = repeats * short.size;
    const repeated = backend.makeOutput([row], 'float32');
    const values = backend.typedArrayFromHeap(repeated);
    values.set(backend.typedArrayFromHeap(short));
    for (let filled = short.size; filled < row; filled *= 2) values.copyWithin(filled, 0, filled);
    const rows = { dataId: long.dataId, shape: [long.size / row, row], dtype: long.dtype };
    const out = stock(long === a ? { a: rows, b: repeated } : { a: repeated, b: rows });
    backend.disposeData(repeated.dataId);
    return { ...out, shape: tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape) };
  });
}

/** The largest number of times up to `ROW` elements that divides the `times` the operand is used. */
function repeatsOf(times: number, size: number): number {
  for (let repeats = Math.min(times, Math.floor(ROW / size)); repeats > 1; repeats--) {
    if (times % repeats === 0) return repeats;
  }
  return 1;
}

function endsWith(shape: number[], end: number[]): boolean {
  return (
    shape.length >= end.length && end.every((length, i) => length === shape[shape.length - end.length + i])
  );
}
