import { batchNormGradient } from '../wasm-training/batch-norm-gradient.js';
import { fuseBatchNormLayer } from '../wasm-training/batch-norm-layer.js';
import { replaceGradient } from '../wasm-training/gradient.js';
import { joinAdam } from '../wasm-training/joined-adam.js';
import { meanGradient, sumGradient } from '../wasm-training/reduction-gradients.js';
import { reluGradient } from '../wasm-training/relu-gradient.js';
import { replaceBatchNorm } from './batch-norm.js';
import { replacePointwiseFilterGradient } from './pointwise-filter-gradient.js';
import { addReluGrad } from './relu-grad.js';

let registered = false;

/** Replaces the kernels, gradients and layer calls with which training on the TensorFlow engine is slow, or ends the process. */
export function registerNodeTraining(): void {
  if (!registered) {
    addReluGrad();
    replaceBatchNorm();
    replacePointwiseFilterGradient();
    registered = true;
  }
  [batchNormGradient, meanGradient, reluGradient, sumGradient].forEach(replaceGradient);
  fuseBatchNormLayer();
  joinAdam();
}
