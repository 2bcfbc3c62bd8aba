import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { apply, expectSameTraining, made, series } from './fixtures/layers.js';
import { network } from './fixtures/network.js';
import { registerWasmTraining } from './register.js';

const { layers } = tfl;

const cpuKernels = tf.getKernelsForBackend('cpu');
const names = (backend: string) => tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName);

/** What the cpu engine has and wasm has not, with `registerWasmTraining` too: complex numbers, strings, ragged tensors. */
const lacking = [
  ...[tf.Complex, tf.ComplexAbs, tf.FFT, tf.IFFT, tf.Imag, tf.Real],
  ...[tf.Draw, tf.RaggedGather, tf.RaggedRange, tf.RaggedTensorToTensor, tf.StaticRegexReplace],
];

it('gives wasm every kernel of the cpu engine but the listed ones, and twice is as once', () => {
  registerWasmTraining();
  const kernels = tf.getKernelsForBackend('wasm');
  const missing = names('cpu').filter((name) => !names('wasm').includes(name));
  expect(missing.sort()).toEqual(lacking.sort());
  registerWasmTraining();
  expect(tf.getKernelsForBackend('wasm')).toEqual(kernels);
});

it('leaves the other engines as they are', () => {
  registerWasmTraining();
  expect(tf.getKernelsForBackend('cpu')).toEqual(cpuKernels);
});

describe('training on wasm gives the weights that training on cpu gives', () => {
  it.each(Object.entries(made))('through the layer %s', (_, [shape, build]) =>
    expectSameTraining({ shape, build }),
  );

  it('through the layer embedding', () =>
    expectSameTraining({
      shape: [6],
      build: () => apply(layers.embedding({ inputDim: 9, outputDim: 4 })),
      input: (value) => Math.floor((value + 1) * 4.5),
    }));

  it.each([
    ...['elu', 'hardSigmoid', 'relu6', 'selu', 'sigmoid', 'softmax', 'softplus', 'softsign', 'swish', 'mish'],
    ...['gelu', 'gelu_new', 'tanh'],
  ] as const)('through the activation %s', (activation) =>
    expectSameTraining({
      shape: series,
      build: () => apply(layers.activation({ activation: activation as 'elu' })),
    }),
  );

  it.each([
    ...[
      'meanSquaredError',
      'meanAbsoluteError',
      'meanSquaredLogarithmicError',
      'squaredHinge',
      'hinge',
      'logcosh',
    ],
    ...[
      'categoricalCrossentropy',
      'binaryCrossentropy',
      'kullbackLeiblerDivergence',
      'poisson',
      'cosineProximity',
    ],
  ])('with the loss %s', (loss) =>
    expectSameTraining({
      shape: series,
      build: () => apply(layers.activation({ activation: 'softmax' })),
      loss,
      label: (value) => (value + 1) / 2,
    }),
  );

  it.each([
    ['momentum', () => tf.train.momentum(0.1, 0.9)],
    ['rmsprop', () => tf.train.rmsprop(0.01)],
    ['adagrad', () => tf.train.adagrad(0.1)],
    ['adadelta', () => tf.train.adadelta(0.1)],
    ['adam', () => tf.train.adam(0.01)],
    ['adamax', () => tf.train.adamax(0.01)],
  ] as const)('with the optimizer %s', (_, optimizer) =>
    expectSameTraining({
      shape: series,
      build: () => apply(layers.dense({ units: 3, activation: 'tanh' })),
      optimizer,
    }),
  );
});

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
