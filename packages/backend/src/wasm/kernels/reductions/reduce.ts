import * as tf from '@tensorflow/tfjs-core';
import { productsOf } from '../../memory/products.js';
import { kernel } from '../kernel.js';

/** Terms that are summed before their sum joins the others, which keeps the rounding small. */
const BLOCK = 512;

/**
 * The sum, or the mean, over axes that lie together before the last one, as those of a batch of images:
 * a product with ones, of all channels at once where there are few terms, where the stock kernels first transpose.
 */
function reduction(kernelName: string, weight: (count: number) => number) {
  return kernel<{ x: tf.Tensor }, { axis: number | number[]; keepDims: boolean }>(
    kernelName,
    ({ inputs: { x }, attrs, backend }, stock) => {
      const axes = tf.util.parseAxisParam(attrs.axis, x.shape).sort((a, b) => a - b);
      const [first = 0, last = 0] = [axes[0], axes.at(-1)];
      const inner = tf.util.sizeFromShape(x.shape.slice(last + 1));
      const together = axes.length > 0 && last - first === axes.length - 1;
      if (!together || inner === 1 || x.size === 0 || x.dtype !== 'float32') return stock({ x }, attrs);
      const outer = tf.util.sizeFromShape(x.shape.slice(0, first));
      const count = tf.util.sizeFromShape(x.shape.slice(first, last + 1));
      const blocks = Math.ceil(count / BLOCK);
      const shape = attrs.keepDims
        ? x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
        : x.shape.filter((_, axis) => !axes.includes(axis));
      const out = backend.makeOutput(shape, 'float32');
      const { matrix, channelwise } = productsOf(backend);
      const row = inner * 4;
      if (blocks === 1) {
        const factor = backend.makeOutput([inner], 'float32');
        backend.typedArrayFromHeap(factor).fill(weight(count));
        const [terms, weights, to] = [x, factor, out].map(({ dataId }) => backend.getMemoryOffset(dataId));
        channelwise({
          a: { address: terms!, rowStride: count * row, innerStride: row, stepStride: 0 },
          b: { address: weights!, innerStride: 0, stepStride: 0 },
          c: { address: to!, rowStride: row },
          rows: outer,
          columns: inner,
          inner: count,
          steps: 1,
          accumulate: false,
        });
        backend.disposeData(factor.dataId);
        return out;
      }
      const partial = backend.makeOutput([blocks, inner], 'float32');
      const factors = backend.makeOutput([2], 'float32');
      backend.typedArrayFromHeap(factors).set([1, weight(count)]);
      const one = backend.getMemoryOffset(factors.dataId);
      const sums = backend.getMemoryOffset(partial.dataId);
      const start = backend.getMemoryOffset(x.dataId);
      const result = backend.getMemoryOffset(out.dataId);
      /** `terms` rows from `from`, each times the number at `factor`, into the row at `to`. */
      const addRows = (factor: number, from: number, to: number, terms: number) =>
        matrix({
          a: { address: factor, rowStride: 0, innerStride: 0, stepStride: 0 },
          b: { address: from, innerStride: row, stepStride: 0 },
          c: { address: to, rowStride: 0 },
          rows: 1,
          columns: inner,
          inner: terms,
          steps: 1,
          accumulate: false,
        });
      for (let i = 0; i < outer; i++) {
        for (let block = 0; block < blocks; block++) {
          const from = start + (i * count + block * BLOCK) * row;
          const terms = Math.min(BLOCK, count - block * BLOCK);
          addRows(one, from, sums + block * row, terms);
        }
        addRows(one + 4, sums, result + i * row, blocks);
      }
      for (const { dataId } of [partial, factors]) backend.disposeData(dataId);
      return out;
    },
  );
}

export const sum = reduction(tf.Sum, () => 1);
export const mean = reduction(tf.Mean, (count) => 1 / count);
