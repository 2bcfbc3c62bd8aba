import * as tf from '@tensorflow/tfjs-core';
import { PANEL, packPanel } from '../../memory/pack-panel.js';
import { productsOf } from '../../memory/products.js';
import { kernel } from '../kernel.js';

/** A block of a stays in the second-level cache, a panel of b in the first. */
const ROWS = 64;
const INNER = 256;

/** With fewer rows than this a product costs no more than laying out b, which the stock kernel does once for all. */
const FEW = 32;

/** Up to so many columns, b is read where it lies: the part of it that a block needs stays in the first-level cache. */
const NARROW = 32;

type Attrs = { transposeA: boolean; transposeB: boolean };

/** out[…, i, j] = Σ_k a[…, i, k] · b[…, k, j], with batch dimensions broadcast. */
export const batchMatMul = kernel<{ a: tf.Tensor; b: tf.Tensor }, Attrs>(
  tf.BatchMatMul,
  ({ inputs: { a, b }, attrs, backend }, stock) => {
    const { transposeA, transposeB } = attrs;
    const [aBatch, bBatch] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
    const batch = tf.broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch);
    const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
    const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
    const [rows, inner] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
    const columns = transposeB ? bRows : bColumns;
    const count = tf.util.sizeFromShape(batch);
    if (
      (count === 1 && rows < FEW && !transposeA && !transposeB) ||
      a.dtype !== 'float32' ||
      b.dtype !== 'float32'
    ) {
      return stock({ a, b }, attrs);
    }
    const out = backend.makeOutput([...batch, rows, columns], 'float32');
    const panels = Math.ceil(columns / PANEL);
    const inPlace = !transposeB && columns <= NARROW;
    const scratch = backend.makeOutput(inPlace ? [0] : [panels, inner, PANEL], 'float32');
    const packed = backend.typedArrayFromHeap(scratch) as Float32Array;
    const values = backend.typedArrayFromHeap(b) as Float32Array;
    const { matrix } = productsOf(backend);
    const right = backend.getMemoryOffset((inPlace ? b : scratch).dataId);
    // Bytes from a row of b to the next, from a panel to the next, and from a matrix to the next.
    const [bRow, bPanel, bMatrix] = inPlace
      ? [columns * 4, PANEL * 4, inner * columns * 4]
      : [PANEL * 4, inner * PANEL * 4, 0];
    const result = backend.getMemoryOffset(out.dataId);
    const [aRow, aInner] = transposeA ? [4, aColumns * 4] : [aColumns * 4, 4];
    const [bInner, bColumn] = transposeB ? [1, bColumns] : [bColumns, 1];
    const aOf = broadcastIndices(aBatch, batch);
    const bOf = broadcastIndices(bBatch, batch);
    if (inner === 0) backend.typedArrayFromHeap(out).fill(0);
    for (let i = 0; i < count; i++) {
      const left = backend.getMemoryOffset(a.dataId) + aOf[i]! * aRows * aColumns * 4;
      if (!inPlace && bOf[i] !== bOf[i - 1]) {
        for (let p = 0; p < panels; p++) {
          packPanel({
            source: values,
            from: bOf[i]! * bRows * bColumns + p * PANEL * bColumn,
            rowStride: bInner,
            columnStride: bColumn,
            rows: inner,
            columns: Math.min(PANEL, columns - p * PANEL),
            target: packed,
            to: p * inner * PANEL,
          });
        }
      }
      for (let k = 0; k < inner; k += INNER) {
        for (let r = 0; r < rows; r += ROWS) {
          for (let p = 0; p < panels; p++) {
            matrix({
              a: {
                address: left + r * aRow + k * aInner,
                rowStride: aRow,
                innerStride: aInner,
                stepStride: 0,
              },
              b: {
                address: right + bOf[i]! * bMatrix + p * bPanel + k * bRow,
                innerStride: bRow,
                stepStride: 0,
              },
              c: { address: result + ((i * rows + r) * columns + p * PANEL) * 4, rowStride: columns * 4 },
              rows: Math.min(ROWS, rows - r),
              columns: Math.min(PANEL, columns - p * PANEL),
              inner: Math.min(INNER, inner - k),
              steps: 1,
              accumulate: k > 0,
            });
          }
        }
      }
    }
    backend.disposeData(scratch.dataId);
    return out;
  },
);

type FusedInputs = { a: tf.Tensor; b: tf.Tensor; bias?: tf.Tensor; preluActivationWeights?: tf.Tensor };

/** The same with a bias and an activation, of which the stock kernel does all but the transposition. */
export const fusedMatMul = kernel<FusedInputs, Attrs>(tf._FusedMatMul, ({ inputs, attrs }, stock) => {
  if (!attrs.transposeA && !attrs.transposeB) return stock(inputs, attrs);
  const a = attrs.transposeA ? tf.transpose(inputs.a, [0, 2, 1]) : inputs.a;
  const b = attrs.transposeB ? tf.transpose(inputs.b, [0, 2, 1]) : inputs.b;
  const out = stock({ ...inputs, a, b }, { ...attrs, transposeA: false, transposeB: false });
  if (a !== inputs.a) a.dispose();
  if (b !== inputs.b) b.dispose();
  return out;
});

/** Which matrix of a tensor of batch shape `from` is meant at each place of the batch shape `to`. */
function broadcastIndices(from: number[], to: number[]): number[] {
  const strides = tf.util.computeStrides([...from, 1]);
  let indices = [0];
  for (let axis = 0; axis < to.length; axis++) {
    const own = axis - (to.length - from.length);
    const step = own < 0 || from[own] === 1 ? 0 : strides[own]!;
    indices = indices.flatMap((index) => Array.from({ length: to[axis]! }, (_, i) => index + i * step));
  }
  return indices;
}
