import { RELU_GRAD } from '../../training/relu-gradient.js';
import { replaceKernel, type TensorFlowBackend } from './tensorflow.js';

/** Gives the TensorFlow engine `ReluGrad`, an operation of TensorFlow that tfjs-node has no kernel for. */
export function addReluGrad(): void {
  replaceKernel(RELU_GRAD, () => ({ inputs, backend }) => {
    const engine = backend as TensorFlowBackend;
    const type = { name: 'T', type: engine.binding.TF_ATTR_TYPE, value: engine.binding.TF_FLOAT };
    return engine.executeMultipleOutputs('ReluGrad', [type], [inputs.dy!, inputs.x!], 1)[0]!;
  });
}
