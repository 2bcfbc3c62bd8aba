import { check } from '@diff/checks';
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
export async function shareTensors(tensors: readonly tf.Tensor[]): Promise<SharedTensor[]> {
  checkList('shareTensors', 'tensors', tensors);
  return Promise.all(
    tensors.map(async (tensor, i) => {
      check(tensor instanceof tf.Tensor, 'shareTensors', `tensors[${i}]`, tensor, 'a tensor', 'other');
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

/**
 * The tensors that `shareTensors` was given, on this thread's engine; to be disposed of by the caller.
 *
 * @throws TypeError for what `shareTensors` did not make.
 */
export function unshareTensors(shared: readonly SharedTensor[]): tf.Tensor[] {
  checkList('unshareTensors', 'shared', shared);
  for (const [i, tensor] of shared.entries()) {
    const made = ArrayBuffer.isView(tensor?.data) && Array.isArray(tensor.shape);
    check(made, 'unshareTensors', `shared[${i}]`, tensor, 'what shareTensors made', 'other');
  }
  return shared.map(({ data, shape, dtype }) => tf.tensor(data, shape, dtype));
}

function checkList(who: string, what: string, list: unknown): void {
  check(Array.isArray(list), who, what, list, 'an array', 'other');
}
