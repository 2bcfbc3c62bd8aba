import { batchNormGradient } from '../training/batch-norm-gradient.js';
import { fuseBatchNormLayer } from '../training/batch-norm-layer.js';
import { replaceGradient } from '../training/gradient.js';
import { joinAdam } from '../training/joined-adam.js';
import { meanGradient, sumGradient } from '../training/reduction-gradients.js';
import { reluGradient } from '../training/relu-gradient.js';
import { replaceBatchNorm } from './kernels/batch-norm.js';
import { replacePointwiseFilterGradient } from './kernels/pointwise-filter-gradient.js';
import { addReluGrad } from './kernels/relu-grad.js';

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
