import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { batchMatMul } from './batch-matmul.js';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.js';
import { conv2dBackpropInput } from './conv2d-backprop-input.js';
import { depthwiseConv2dBackpropFilter } from './depthwise-conv2d-backprop-filter.js';
import { depthwiseConv2dBackpropInput } from './depthwise-conv2d-backprop-input.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';

let registered = false;

/**
 * Registers on the wasm backend the kernels that training needs and it lacks, and replaces those that are too
 * slow to train with. Call it before or after `await tf.setBackend('wasm')`; calling it again does nothing.
 */
export function registerWasmTraining(): void {
  if (registered) return;
  registered = true;
  for (const config of [
    conv2dBackpropFilter,
    conv2dBackpropInput,
    depthwiseConv2dBackpropFilter,
    depthwiseConv2dBackpropInput,
    unsortedSegmentSum,
  ]) {
    if (tf.getKernel(config.kernelName, 'wasm')) tf.unregisterKernel(config.kernelName, 'wasm');
    tf.registerKernel(config);
  }
  const stock = tf.getKernel(tf.BatchMatMul, 'wasm');
  const config = batchMatMul(stock.kernelFunc);
  tf.unregisterKernel(tf.BatchMatMul, 'wasm');
  tf.registerKernel({ ...stock, ...config });
}
