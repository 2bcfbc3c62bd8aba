import * as tf from '@tensorflow/tfjs-core';
import { kernel } from './kernel.js';
import { productsOf } from './products.js';

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
        channelwise(terms!, weights!, to!, outer, inner, count, 1, count * row, row, 0, 0, 0, row, false);
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
      for (let i = 0; i < outer; i++) {
        for (let block = 0; block < blocks; block++) {
          const from = start + (i * count + block * BLOCK) * row;
          const terms = Math.min(BLOCK, count - block * BLOCK);
          matrix(one, from, sums + block * row, 1, inner, terms, 1, 0, 0, 0, row, 0, 0, false);
        }
        matrix(one + 4, sums, result + i * row, 1, inner, blocks, 1, 0, 0, 0, row, 0, 0, false);
      }
      for (const { dataId } of [partial, factors]) backend.disposeData(dataId);
      return out;
    },
  );
}

export const sum = reduction(tf.Sum, () => 1);
export const mean = reduction(tf.Mean, (count) => 1 / count);
