import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { avgPool3dGrad, avgPoolGrad } from './avg-pool.js';
import { batchNormGradient } from './batch-norm-gradient.js';
import { fuseBatchNormLayer } from './batch-norm-layer.js';
import { batchNormTraining, batchNormTrainingGrad } from './batch-norm-training.js';
import { compositeArctangent, compositeArctangentGrad } from './composite-arctangent.js';
import { concat } from './concat.js';
import { conv2d, conv3d, fusedConv2d } from './conv.js';
import { conv2dBackpropFilter, conv3dBackpropFilter } from './conv-backprop-filter.js';
import { conv2dBackpropInput, conv3dBackpropInput } from './conv-backprop-input.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { depthwiseConv2dBackpropFilter } from './depthwise-conv2d-backprop-filter.js';
import { depthwiseConv2dBackpropInput } from './depthwise-conv2d-backprop-input.js';
import { dilatedConv2dGradient, dilatedDepthwiseGradient } from './dilated-conv-gradients.js';
import { einsum } from './einsum.js';
import { fusedBatchNorm } from './fused-batch-norm.js';
import { gatherV2 } from './gather.js';
import { replaceGradient } from './gradient.js';
import { cast, identity } from './identity.js';
import { joinAdam } from './joined-adam.js';
import { batchMatMul, fusedMatMul } from './matmul.js';
import { maxPool3d, maxPool3dGrad, maxPoolGrad } from './max-pool.js';
import { padV2 } from './pad.js';
import { mean, sum } from './reduce.js';
import { meanGradient, sumGradient } from './reduction-gradients.js';
import { reluGrad, reluGradient } from './relu-gradient.js';
import { resizeBilinearGrad, resizeNearestNeighborGrad } from './resize-gradients.js';
import { reverse } from './reverse.js';
import { slice, splitV } from './slice.js';
import { tile } from './tile.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';
import { widened } from './widen.js';

const replacements = [
  avgPool3dGrad,
  avgPoolGrad,
  batchMatMul,
  batchNormTraining,
  batchNormTrainingGrad,
  cast,
  compositeArctangent,
  compositeArctangentGrad,
  concat,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  conv3d,
  conv3dBackpropFilter,
  conv3dBackpropInput,
  depthwiseConv2d,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  einsum,
  fusedBatchNorm,
  fusedConv2d,
  fusedMatMul,
  gatherV2,
  identity,
  maxPool3d,
  maxPool3dGrad,
  maxPoolGrad,
  mean,
  padV2,
  reluGrad,
  resizeBilinearGrad,
  resizeNearestNeighborGrad,
  reverse,
  slice,
  splitV,
  sum,
  tile,
  unsortedSegmentSum,
  ...[tf.Add, tf.Multiply, tf.RealDiv, tf.Sub].map(widened),
];

const gradients = [
  batchNormGradient,
  dilatedConv2dGradient,
  dilatedDepthwiseGradient,
  meanGradient,
  reluGradient,
  sumGradient,
];

const registered = new Set<string>();

/**
 * Registers on the wasm backend the kernels that training needs and it lacks, replaces those that are too slow to
 * train with, replaces a few gradients by shorter ones, lets batch normalisation layers train by a single kernel each
 * way and `tf.train.adam` update short variables together; no other engine's kernels are touched.
 * Call it before or after `await tf.setBackend('wasm')`, and after `@tensorflow/tfjs-layers` is loaded, which brings
 * the gradients and the layers; calling it again does what is left to do.
 */
export function registerWasmTraining(): void {
  for (const { kernelName, replace } of replacements) {
    if (registered.has(kernelName)) continue;
    registered.add(kernelName);
    const stock = tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined;
    if (stock) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel(replace(stock));
  }
  gradients.forEach(replaceGradient);
  fuseBatchNormLayer();
  joinAdam();
}
