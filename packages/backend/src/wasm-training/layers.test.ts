import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { expectClose, uniform, type Values } from './fixtures/parity.js';
import { registerWasmTraining } from './index.js';

type Build = (x: tfl.SymbolicTensor) => tfl.SymbolicTensor;

interface Training {
  shape: number[];
  /** Makes the layer under test, anew for each engine. */
  build: () => Build;
  loss?: string;
  optimizer?: () => tf.Optimizer;
  /** Turns uniform numbers in [−1, 1) into inputs, and labels of the output's shape. */
  input?: (value: number) => number;
  label?: (value: number) => number;
}

/** The weights of a network after two steps of training on an engine, begun alike on each. */
async function weightsAfter(engine: string, training: Training): Promise<Values[]> {
  registerWasmTraining();
  await tf.setBackend(engine);
  const { shape, build, loss = 'meanSquaredError', optimizer = () => tf.train.sgd(0.1) } = training;
  const input = tfl.input({ shape });
  // A dense layer in front makes the gradient go through the layer, not into its own weights alone.
  const first = tfl.layers.dense({ units: shape.at(-1)! }).apply(input) as tfl.SymbolicTensor;
  const model = tfl.model({ inputs: input, outputs: build()(training.input ? input : first) });
  const start = model.getWeights().map((weight, i) => {
    const { data } = uniform(weight.shape, i + 10);
    // Variances are positive.
    return tf.tensor(/variance/.test(model.weights[i]!.name) ? data.map(Math.abs) : data, weight.shape);
  });
  model.setWeights(start);
  model.compile({ optimizer: optimizer(), loss });
  const x = uniform([3, ...shape], 1);
  const y = uniform([3, ...(model.outputShape as number[]).slice(1)], 2);
  const inputs = tf.tensor(training.input ? x.data.map(training.input) : x.data, x.shape);
  const labels = tf.tensor(training.label ? y.data.map(training.label) : y.data, y.shape);
  for (let step = 0; step < 2; step++) await model.trainOnBatch(inputs, labels);
  const weights = model
    .getWeights()
    .map((weight) => ({ shape: weight.shape, data: Array.from(weight.dataSync()) }));
  tf.dispose([inputs, labels, start]);
  model.dispose();
  return weights;
}

async function expectSameTraining(training: Training): Promise<void> {
  const expected = await weightsAfter('cpu', training);
  const actual = await weightsAfter('wasm', training);
  for (const [i, values] of expected.entries()) {
    expect(values.data.every(Number.isFinite)).toBe(true);
    expectClose(actual[i]!, values, 1e-4);
  }
}

const { layers } = tfl;
const apply =
  (layer: tfl.layers.Layer): Build =>
  (x) =>
    layer.apply(x) as tfl.SymbolicTensor;
const merged =
  (merge: tfl.layers.Layer): Build =>
  (x) =>
    merge.apply([
      x,
      layers.activation({ activation: 'tanh' }).apply(x) as tfl.SymbolicTensor,
    ]) as tfl.SymbolicTensor;

const image = [6, 5, 3];
const volume = [4, 4, 4, 2];
const series = [5, 4];
// The orthogonal one needs methods that tensors have with the package @tensorflow/tfjs alone.
const recurrentInitializer = 'glorotUniform' as const;
const filters = { filters: 4, kernelSize: 3 } as const;

const made: Record<string, [number[], () => Build]> = {
  dense: [series, () => apply(layers.dense({ units: 3, activation: 'relu' }))],
  conv1d: [series, () => apply(layers.conv1d({ ...filters, padding: 'same' }))],
  conv2d: [image, () => apply(layers.conv2d({ ...filters, padding: 'same', activation: 'relu' }))],
  'conv2d, strides 2': [image, () => apply(layers.conv2d({ ...filters, strides: 2 }))],
  conv2dTranspose: [image, () => apply(layers.conv2dTranspose({ ...filters, strides: 2, padding: 'same' }))],
  depthwiseConv2d: [image, () => apply(layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }))],
  separableConv2d: [image, () => apply(layers.separableConv2d({ ...filters, padding: 'same' }))],
  conv3d: [volume, () => apply(layers.conv3d({ ...filters, padding: 'same' }))],
  batchNormalization: [image, () => apply(layers.batchNormalization())],
  layerNormalization: [series, () => apply(layers.layerNormalization())],
  maxPooling1d: [series, () => apply(layers.maxPooling1d({ poolSize: 2 }))],
  maxPooling2d: [image, () => apply(layers.maxPooling2d({ poolSize: 2, padding: 'same' }))],
  averagePooling2d: [image, () => apply(layers.averagePooling2d({ poolSize: 2 }))],
  maxPooling3d: [volume, () => apply(layers.maxPooling3d({ poolSize: 2 }))],
  averagePooling3d: [volume, () => apply(layers.averagePooling3d({ poolSize: 2 }))],
  globalAveragePooling2d: [image, () => apply(layers.globalAveragePooling2d({}))],
  globalMaxPooling2d: [image, () => apply(layers.globalMaxPooling2d({}))],
  zeroPadding2d: [image, () => apply(layers.zeroPadding2d({ padding: 1 }))],
  cropping2D: [
    image,
    () =>
      apply(
        layers.cropping2D({
          cropping: [
            [1, 1],
            [1, 0],
          ],
        }),
      ),
  ],
  'upSampling2d, bilinear': [
    [5, 5, 3],
    () => apply(layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' })),
  ],
  simpleRNN: [series, () => apply(layers.simpleRNN({ units: 3, recurrentInitializer }))],
  lstm: [series, () => apply(layers.lstm({ units: 3, returnSequences: true, recurrentInitializer }))],
  gru: [series, () => apply(layers.gru({ units: 3, recurrentInitializer }))],
  bidirectional: [
    series,
    () =>
      apply(
        layers.bidirectional({
          layer: layers.lstm({ units: 3, recurrentInitializer }) as tfl.RNN,
          mergeMode: 'concat',
        }),
      ),
  ],
  timeDistributed: [series, () => apply(layers.timeDistributed({ layer: layers.dense({ units: 3 }) }))],
  prelu: [series, () => apply(layers.prelu())],
  leakyReLU: [series, () => apply(layers.leakyReLU())],
  flatten: [image, () => apply(layers.flatten())],
  permute: [image, () => apply(layers.permute({ dims: [2, 1, 3] }))],
  reshape: [image, () => apply(layers.reshape({ targetShape: [10, 9] }))],
  repeatVector: [[4], () => apply(layers.repeatVector({ n: 3 }))],
  add: [series, () => merged(layers.add())],
  average: [series, () => merged(layers.average())],
  concatenate: [series, () => merged(layers.concatenate())],
  multiply: [series, () => merged(layers.multiply())],
  maximum: [series, () => merged(layers.maximum())],
  minimum: [series, () => merged(layers.minimum())],
  dot: [[4], () => merged(layers.dot({ axes: -1 }))],
};

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
