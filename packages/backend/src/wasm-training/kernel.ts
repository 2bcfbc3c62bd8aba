import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelConfig, Tensor, TensorInfo } from '@tensorflow/tfjs-core';

export interface Call<Inputs, Attrs> {
  inputs: Inputs;
  attrs: Attrs;
  backend: BackendWasm;
}

/**
 * A kernel of the wasm backend, with the types that its inputs and attributes really have. The engine hands
 * tensors to a kernel and stops its tape while the kernel runs, so that a kernel may be written with ops.
 */
export function kernel<Inputs extends Record<string, Tensor>, Attrs extends object>(
  kernelName: string,
  compute: (call: Call<Inputs, Attrs>) => TensorInfo,
): KernelConfig {
  return {
    kernelName,
    backendName: 'wasm',
    kernelFunc: (call) => compute(call as unknown as Call<Inputs, Attrs>),
  };
}
