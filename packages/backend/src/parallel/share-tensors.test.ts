import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../index.js';
import { type SharedTensor, shareTensors, unshareTensors } from './share-tensors.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

it('gives back what it was given, from shared memory', async () => {
  const before = tf.memory().numTensors;
  const tensors = [
    tf.tensor2d([1, 2, 3, 4], [2, 2]),
    tf.tensor1d([5, 6], 'int32'),
    tf.tensor1d([true, false]),
  ];
  const shared = await shareTensors(tensors);
  for (const { data } of shared) expect(data.buffer).toBeInstanceOf(SharedArrayBuffer);
  const back = unshareTensors(shared);
  for (const [i, tensor] of back.entries()) {
    expect([tensor.shape, tensor.dtype]).toEqual([tensors[i]!.shape, tensors[i]!.dtype]);
    expect(await tensor.array()).toEqual(await tensors[i]!.array());
  }
  tf.dispose([tensors, back]);
  expect(tf.memory().numTensors).toBe(before);
});

it('refuses what is no tensor, or none that can be shared', async () => {
  await expect(shareTensors(3 as unknown as tf.Tensor[])).rejects.toThrow(
    new TypeError('shareTensors: tensors is 3, expected an array'),
  );
  await expect(shareTensors([null as unknown as tf.Tensor])).rejects.toThrow(
    new TypeError('shareTensors: tensors[0] is null, expected a tensor'),
  );
  const text = tf.tensor1d(['a']);
  await expect(shareTensors([text])).rejects.toThrow(
    'tensors[0] is of string, expected float32, int32 or bool',
  );
  text.dispose();
  expect(() => unshareTensors([null as unknown as SharedTensor])).toThrow(
    new TypeError('unshareTensors: shared[0] is null, expected what shareTensors made'),
  );
});
