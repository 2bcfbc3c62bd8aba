import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { registerWasmTraining } from './index.js';

/** Convolutions of each kind, pooling, normalisation, dense layers: one of every kernel that training replaces. */
function network(): tfl.LayersModel {
  const seed = 1;
  const init = () => tfl.initializers.glorotUniform({ seed });
  const input = tfl.input({ shape: [8, 8, 2] });
  let x = tfl.layers
    .conv2d({ filters: 4, kernelSize: 3, padding: 'same', kernelInitializer: init() })
    .apply(input);
  x = tfl.layers.batchNormalization().apply(x);
  const skip = tfl.layers.reLU().apply(x) as tfl.SymbolicTensor;
  x = tfl.layers.maxPooling2d({ poolSize: 2 }).apply(skip);
  x = tfl.layers
    .separableConv2d({
      filters: 6,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      depthwiseInitializer: init(),
      pointwiseInitializer: init(),
    })
    .apply(x);
  x = tfl.layers.upSampling2d({ size: [2, 2] }).apply(x);
  x = tfl.layers.concatenate().apply([skip, x as tfl.SymbolicTensor]);
  x = tfl.layers
    .conv2d({ filters: 4, kernelSize: 3, strides: 2, activation: 'elu', kernelInitializer: init() })
    .apply(x);
  x = tfl.layers.flatten().apply(x);
  x = tfl.layers.dense({ units: 2, activation: 'softmax', kernelInitializer: init() }).apply(x);
  return tfl.model({ inputs: input, outputs: x as tfl.SymbolicTensor });
}

it('training keeps its memory over 1,000 steps: tensors, data and the heap of the backend', async () => {
  registerWasmTraining();
  await tf.setBackend('wasm');
  const model = network();
  const x = tf.randomUniform<tf.Rank.R4>([4, 8, 8, 2], -1, 1, 'float32', 3);
  const y = tf.tensor2d([1, 0, 0, 1, 1, 0, 0, 1], [4, 2]);
  const optimizer = tf.train.adam(1e-3);
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const step = () => {
    const loss = optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar,
      true,
      variables,
    )!;
    const [value] = loss.dataSync();
    loss.dispose();
    return value!;
  };
  const heap = () => (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length;
  const first = step();
  for (let i = 0; i < 50; i++) step();
  const before = { ...tf.memory(), ids: tf.backend().numDataIds(), heap: heap() };
  let last = first;
  for (let i = 0; i < 1000; i++) last = step();
  expect({ ...tf.memory(), ids: tf.backend().numDataIds(), heap: heap() }).toEqual(before);
  expect(last).toBeLessThan(first);
});
