import * as tf from '@tensorflow/tfjs-core';
import { replaceGradient } from '../wasm-training/gradient.js';
import { reluGradient } from '../wasm-training/relu-gradient.js';

/** The parts of tfjs-node's backend that run an operation of TensorFlow by its name. */
interface TensorFlowBackend extends tf.KernelBackend {
  binding: { TF_ATTR_TYPE: number; TF_FLOAT: number };
  executeSingleOutput(name: string, attributes: object[], inputs: tf.TensorInfo[]): tf.TensorInfo;
}

/** Gives the TensorFlow engine `ReluGrad`, an operation of TensorFlow that tfjs-node has no kernel for, and uses it. */
export function registerReluGrad(): void {
  if (tf.getKernel('ReluGrad', 'tensorflow')) return;
  tf.registerKernel({
    kernelName: 'ReluGrad',
    backendName: 'tensorflow',
    kernelFunc({ inputs, backend }) {
      const engine = backend as TensorFlowBackend;
      const type = { name: 'T', type: engine.binding.TF_ATTR_TYPE, value: engine.binding.TF_FLOAT };
      return engine.executeSingleOutput('ReluGrad', [type], [inputs.dy!, inputs.x!]);
    },
  });
  replaceGradient(reluGradient);
}
