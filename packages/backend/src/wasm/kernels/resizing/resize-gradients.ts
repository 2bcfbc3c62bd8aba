import * as tf from '@tensorflow/tfjs-core';
import { kernel } from '../kernel.js';

interface Attrs {
  alignCorners: boolean;
  halfPixelCenters?: boolean;
}

/** Where on an axis of `from` pixels the pixel `i` of the resized axis of `to` pixels was read. */
function position(i: number, from: number, to: number, { alignCorners, halfPixelCenters }: Attrs): number {
  const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  return halfPixelCenters ? (i + 0.5) * scale : i * scale;
}

/** Which two pixels a resized pixel lies between, and how near to the second. */
function between(i: number, from: number, to: number, attrs: Attrs) {
  const at = position(i, from, to, attrs) - (attrs.halfPixelCenters ? 0.5 : 0);
  const low = Math.floor(at);
  return {
    low: Math.max(0, low),
    high: Math.min(from - 1, Math.ceil(at)),
    weight: at - low,
  };
}

function nearest(i: number, from: number, to: number, attrs: Attrs): number {
  const at = position(i, from, to, attrs);
  return Math.min(from - 1, attrs.alignCorners ? Math.round(at) : Math.floor(at));
}

type Inputs = { images: tf.Tensor4D; dy: tf.Tensor4D };

/** Each dy goes to the pixel that was copied. */
export const resizeNearestNeighborGrad = kernel<Inputs, Attrs>(
  tf.ResizeNearestNeighborGrad,
  ({ inputs: { images, dy }, attrs, backend }) => {
    const [batch, height, width, channels] = images.shape;
    const [, newHeight, newWidth] = dy.shape;
    const out = backend.makeOutput(images.shape, 'float32');
    const gradient = backend.typedArrayFromHeap(dy);
    const result = backend.typedArrayFromHeap(out).fill(0);
    const columns = Array.from({ length: newWidth }, (_, c) => nearest(c, width, newWidth, attrs) * channels);
    let from = 0;
    for (let b = 0; b < batch; b++) {
      for (let r = 0; r < newHeight; r++) {
        const row = (b * height + nearest(r, height, newHeight, attrs)) * width * channels;
        for (let c = 0; c < newWidth; c++) {
          const to = row + columns[c]!;
          for (let d = 0; d < channels; d++) result[to + d]! += gradient[from++]!;
        }
      }
    }
    return out;
  },
);

/** Each dy goes to the four pixels that it was interpolated from, by their weights. */
export const resizeBilinearGrad = kernel<Inputs, Attrs>(
  tf.ResizeBilinearGrad,
  ({ inputs: { images, dy }, attrs, backend }, stock) => {
    // The stock kernel has the gradient of the other two modes alone.
    if (!attrs.halfPixelCenters) return stock({ images, dy }, attrs);
    const [batch, height, width, channels] = images.shape;
    const [, newHeight, newWidth] = dy.shape;
    const out = backend.makeOutput(images.shape, 'float32');
    const gradient = backend.typedArrayFromHeap(dy);
    const result = backend.typedArrayFromHeap(out).fill(0);
    const columns = Array.from({ length: newWidth }, (_, c) => between(c, width, newWidth, attrs));
    let from = 0;
    for (let b = 0; b < batch; b++) {
      for (let r = 0; r < newHeight; r++) {
        const row = between(r, height, newHeight, attrs);
        const top = (b * height + row.low) * width * channels;
        const bottom = (b * height + row.high) * width * channels;
        for (const { low, high, weight } of columns) {
          const [left, right] = [low * channels, high * channels];
          for (let d = 0; d < channels; d++) {
            const value = gradient[from++]!;
            const lower = value * row.weight;
            const upper = value - lower;
            result[top + left + d]! += upper * (1 - weight);
            result[top + right + d]! += upper * weight;
            result[bottom + left + d]! += lower * (1 - weight);
            result[bottom + right + d]! += lower * weight;
          }
        }
      }
    }
    return out;
  },
);
