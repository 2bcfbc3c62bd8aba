import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { batchNormGradient } from '../training/batch-norm-gradient.js';
import { fuseBatchNormLayer } from '../training/batch-norm-layer.js';
import { dilatedConv2dGradient, dilatedDepthwiseGradient } from '../training/dilated-conv-gradients.js';
import { replaceGradient } from '../training/gradient.js';
import { joinAdam } from '../training/joined-adam.js';
import { meanGradient, sumGradient } from '../training/reduction-gradients.js';
import { reluGradient } from '../training/relu-gradient.js';
import { concat, pack } from './kernels/arrays/concat.js';
import { gatherV2 } from './kernels/arrays/gather.js';
import { cast, identity } from './kernels/arrays/identity.js';
import { padV2 } from './kernels/arrays/pad.js';
import { reverse } from './kernels/arrays/reverse.js';
import { slice, splitV, unpack } from './kernels/arrays/slice.js';
import { tile } from './kernels/arrays/tile.js';
import { unsortedSegmentSum } from './kernels/arrays/unsorted-segment-sum.js';
import { conv2d, conv3d, fusedConv2d } from './kernels/convolution/conv.js';
import { conv2dBackpropFilter, conv3dBackpropFilter } from './kernels/convolution/conv-backprop-filter.js';
import { conv2dBackpropInput, conv3dBackpropInput } from './kernels/convolution/conv-backprop-input.js';
import { depthwiseConv2d } from './kernels/convolution/depthwise-conv2d.js';
import { depthwiseConv2dBackpropFilter } from './kernels/convolution/depthwise-conv2d-backprop-filter.js';
import { depthwiseConv2dBackpropInput } from './kernels/convolution/depthwise-conv2d-backprop-input.js';
import { compositeArctangent, compositeArctangentGrad } from './kernels/elementwise/composite-arctangent.js';
import { reluGrad } from './kernels/elementwise/relu-grad.js';
import { widened } from './kernels/elementwise/widen.js';
import { einsum } from './kernels/matrices/einsum.js';
import { batchMatMul, fusedMatMul } from './kernels/matrices/matmul.js';
import { batchNormTraining, batchNormTrainingGrad } from './kernels/normalization/batch-norm-training.js';
import { fusedBatchNorm } from './kernels/normalization/fused-batch-norm.js';
import { avgPool3dGrad, avgPoolGrad } from './kernels/pooling/avg-pool.js';
import { maxPool3d, maxPool3dGrad, maxPoolGrad } from './kernels/pooling/max-pool.js';
import { mean, sum } from './kernels/reductions/reduce.js';
import { resizeBilinearGrad, resizeNearestNeighborGrad } from './kernels/resizing/resize-gradients.js';

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
  pack,
  padV2,
  reluGrad,
  resizeBilinearGrad,
  resizeNearestNeighborGrad,
  reverse,
  slice,
  splitV,
  sum,
  tile,
  unpack,
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
