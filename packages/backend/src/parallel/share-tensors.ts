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
  check(Array.isArray(tensors), 'shareTensors', 'tensors', tensors, 'an array', 'other');
  return Promise.all(
    Array.from(tensors, async (tensor, i) => {
      check(tensor instanceof tf.Tensor, 'shareTensors', `tensors[${i}]`, tensor, 'a tensor', 'other');
      const { shape, dtype } = tensor;
      if (!isShared(dtype))
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
  check(Array.isArray(shared), 'unshareTensors', 'shared', shared, 'an array', 'other');
  for (let i = 0; i < shared.length; i++)
    check(isMade(shared[i]), 'unshareTensors', `shared[${i}]`, shared[i], 'what shareTensors made', 'other');
  return shared.map(({ data, shape, dtype }) => tf.tensor(data, shape, dtype));
}

const kinds = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

const isShared = (dtype: unknown): dtype is SharedTensor['dtype'] =>
  typeof dtype === 'string' && Object.hasOwn(kinds, dtype);

function isMade(tensor: SharedTensor | undefined | null): boolean {
  if (!tensor || !isShared(tensor.dtype) || !Array.isArray(tensor.shape)) return false;
  const { shape, data } = tensor;
  const isSize = (size: unknown) => Number.isSafeInteger(size) && (size as number) >= 0;
  return (
    data instanceof kinds[tensor.dtype] &&
    Array.from(shape).every(isSize) &&
    shape.reduce((product, size) => product * size, 1) === data.length
  );
}
