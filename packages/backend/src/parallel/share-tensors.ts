import * as tf from '@tensorflow/tfjs-core';

/** A tensor's values where every thread sees them. */
export interface SharedTensor {
  shape: number[];
  dtype: 'float32' | 'int32' | 'bool';
  /** Row-major, in a `SharedArrayBuffer`. */
  data: Float32Array | Int32Array | Uint8Array;
}

/**
 * Copies tensors, such as a model's `getWeights()`, into shared memory, so that passing them to any number of
 * workers copies nothing more.
 *
 * @throws TypeError for a tensor of strings or complex numbers.
 */
export function shareTensors(tensors: readonly tf.Tensor[]): Promise<SharedTensor[]> {
  return Promise.all(
    tensors.map(async (tensor, i) => {
      const { shape, dtype } = tensor;
      if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
        throw new TypeError(`shareTensors: tensors[${i}] is of ${dtype}, expected float32, int32 or bool`);
      const values = (await tensor.data()) as Float32Array;
      const data = new (values.constructor as Float32ArrayConstructor)(
        new SharedArrayBuffer(values.byteLength),
      );
      data.set(values);
      return { shape: [...shape], dtype, data };
    }),
  );
}

/** The tensors that `shareTensors` was given, on this thread's engine; to be disposed of by the caller. */
export function unshareTensors(shared: readonly SharedTensor[]): tf.Tensor[] {
  return shared.map(({ data, shape, dtype }) => tf.tensor(data, shape, dtype));
}
