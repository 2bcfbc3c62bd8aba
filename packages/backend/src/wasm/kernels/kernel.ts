import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelConfig, KernelFunc, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';

export interface Call<Inputs, Attrs> {
  inputs: Inputs;
  attrs: Attrs;
  backend: BackendWasm;
}

/** The kernel that the backend came with, for the cases in which it is the better one. */
export type Stock = (inputs: object, attrs?: object) => TensorInfo;

/** What replaces a kernel of the wasm backend, or adds one: its name, and how it is made from the one replaced. */
export interface Replacement {
  kernelName: string;
  replace(stock: KernelConfig | undefined): KernelConfig;
}

/**
 * A kernel of the wasm backend, with the types that its inputs and attributes really have. The engine hands
 * tensors to a kernel and stops its tape while the kernel runs.
 */
export function kernel<Inputs extends object, Attrs extends object = object>(
  kernelName: string,
  compute: (call: Call<Inputs, Attrs>, stock: Stock) => TensorInfo | TensorInfo[],
): Replacement {
  return {
    kernelName,
    replace: (config) => ({
      ...config,
      kernelName,
      backendName: 'wasm',
      kernelFunc(call) {
        const { backend } = call;
        const stock: Stock = (inputs, attrs = {}) =>
          run(config!.kernelFunc, inputs as NamedTensorInfoMap, attrs, backend);
        return compute(call as unknown as Call<Inputs, Attrs>, stock);
      },
    }),
  };
}

function run(kernelFunc: KernelFunc, inputs: NamedTensorInfoMap, attrs: object, backend: object): TensorInfo {
  return kernelFunc({
    inputs,
    attrs: attrs as Parameters<KernelFunc>[0]['attrs'] & object,
    backend,
  }) as TensorInfo;
}
