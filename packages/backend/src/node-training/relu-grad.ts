import { replaceKernel, type TensorFlowBackend } from './tensorflow.js';

/** Gives the TensorFlow engine `ReluGrad`, an operation of TensorFlow that tfjs-node has no kernel for. */
export function addReluGrad(): void {
  replaceKernel('ReluGrad', () => ({ inputs, backend }) => {
    const { binding, executeMultipleOutputs } = backend as TensorFlowBackend;
    const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
    return executeMultipleOutputs.call(backend, 'ReluGrad', [type], [inputs.dy!, inputs.x!], 1)[0]!;
  });
}
