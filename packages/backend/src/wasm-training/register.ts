import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { avgPoolGrad } from './avg-pool-grad.js';
import { batchMatMul } from './batch-matmul.js';
import { concat } from './concat.js';
import { conv2d, fusedConv2d } from './conv2d.js';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.js';
import { conv2dBackpropInput } from './conv2d-backprop-input.js';
import { depthwiseConv2dBackpropFilter } from './depthwise-conv2d-backprop-filter.js';
import { depthwiseConv2dBackpropInput } from './depthwise-conv2d-backprop-input.js';
import { fusedBatchNorm } from './fused-batch-norm.js';
import { gatherV2 } from './gather.js';
import { identity } from './identity.js';
import { maxPoolGrad } from './max-pool-grad.js';
import { mean, sum } from './reduce.js';
import { slice, splitV } from './slice.js';
import { tile } from './tile.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';
import { widened } from './widen.js';

const replacements = [
  avgPoolGrad,
  batchMatMul,
  concat,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  fusedBatchNorm,
  fusedConv2d,
  gatherV2,
  identity,
  maxPoolGrad,
  mean,
  slice,
  splitV,
  sum,
  tile,
  unsortedSegmentSum,
  ...[tf.Add, tf.Multiply, tf.RealDiv, tf.Sub].map(widened),
];

let registered = false;

/**
 * Registers on the wasm backend the kernels that training needs and it lacks, and replaces those that are too
 * slow to train with. Call it before or after `await tf.setBackend('wasm')`; calling it again does nothing.
 */
export function registerWasmTraining(): void {
  if (registered) return;
  registered = true;
  for (const { kernelName, replace } of replacements) {
    const stock = tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined;
    if (stock) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel(replace(stock));
  }
}
