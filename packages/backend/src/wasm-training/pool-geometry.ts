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

/** The windows of an image: that of output pixel o covers the pixels pixels[starts[o]], …, pixels[starts[o + 1] − 1]. */
export interface Windows {
  starts: Int32Array;
  /** Places of input pixels in their image, row by row; padding is not among them. */
  pixels: Int32Array;
}

export function windowsOf(info: PoolInfo): Windows {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, padInfo } = info;
  const starts = new Int32Array(outHeight * outWidth + 1);
  const pixels = new Int32Array(outHeight * outWidth * filterHeight * filterWidth);
  let o = 0;
  let count = 0;
  for (let r = 0; r < outHeight; r++) {
    const top = r * info.strideHeight - padInfo.top;
    for (let c = 0; c < outWidth; c++) {
      const left = c * info.strideWidth - padInfo.left;
      for (let i = Math.max(0, top); i < Math.min(inHeight, top + filterHeight); i++) {
        for (let j = Math.max(0, left); j < Math.min(inWidth, left + filterWidth); j++) {
          pixels[count++] = i * inWidth + j;
        }
      }
      starts[++o] = count;
    }
  }
  return { starts, pixels };
}
