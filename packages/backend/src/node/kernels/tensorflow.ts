import * as tf from '@tensorflow/tfjs-core';

/** The parts of tfjs-node's backend that run an operation of TensorFlow by its name. */
export interface TensorFlowBackend extends tf.KernelBackend {
  binding: Record<'TF_ATTR_BOOL' | 'TF_ATTR_FLOAT' | 'TF_ATTR_STRING' | 'TF_ATTR_TYPE' | 'TF_FLOAT', number>;
  executeMultipleOutputs(
    name: string,
    attributes: object[],
    inputs: tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
}

/** Registers a kernel with the TensorFlow engine, in the place of the one that it has, which it is given. */
export function replaceKernel(
  kernelName: string,
  replace: (stock: tf.KernelFunc | undefined) => tf.KernelFunc,
): void {
  const stock = tf.getKernel(kernelName, 'tensorflow') as tf.KernelConfig | undefined;
  if (stock) tf.unregisterKernel(kernelName, 'tensorflow');
  tf.registerKernel({
    ...stock,
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: replace(stock?.kernelFunc),
  });
}
