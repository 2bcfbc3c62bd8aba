import * as tf from '@tensorflow/tfjs-core';
import type { Shape4D } from './conv-geometry.js';

export interface PoolAttrs {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export type PoolInfo = tf.backend_util.Conv2DInfo;

export function poolInfo(shape: Shape4D, { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): PoolInfo {
  return tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
}

/**
 * Calls `visit` for each window: where its output pixel begins, and where the `count` pixels of the input that
 * it covers begin, row by row.
 */
export function windows(
  info: PoolInfo,
  visit: (to: number, pixels: Int32Array, count: number) => void,
): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, padInfo } = info;
  const pixels = new Int32Array(filterHeight * filterWidth);
  let to = 0;
  for (let b = 0; b < info.batchSize; b++) {
    for (let r = 0; r < outHeight; r++) {
      const top = r * info.strideHeight - padInfo.top;
      for (let c = 0; c < outWidth; c++, to += inChannels) {
        const left = c * info.strideWidth - padInfo.left;
        let count = 0;
        for (let i = Math.max(0, top); i < Math.min(inHeight, top + filterHeight); i++) {
          for (let j = Math.max(0, left); j < Math.min(inWidth, left + filterWidth); j++) {
            pixels[count++] = ((b * inHeight + i) * inWidth + j) * inChannels;
          }
        }
        if (count) visit(to, pixels, count);
      }
    }
  }
}
