import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectClose, uniform, type Values } from '../wasm/fixtures/parity.js';
import { registerWasmTraining } from '../wasm/index.js';
import { BATCH_NORM_TRAINING } from './batch-norm-layer.js';

/** Numbers whose channels have means and spreads of their own. */
function pixels(shape: number[], seed: number): Values {
  const channels = shape.at(-1)!;
  const { data } = uniform(shape, seed);
  return { shape, data: data.map((value, i) => (1 + (i % channels)) * value + 3 * Math.cos(i % channels)) };
}

/** What training a layer gives on an engine: its output, its gradients, the second one too, and its new weights. */
async function trained(engine: string, x: Values): Promise<Values[]> {
  await tf.setBackend(engine);
  registerWasmTraining();
  const layer = tfl.layers.batchNormalization({ momentum: 0.7 });
  layer.apply(tfl.input({ shape: x.shape.slice(1) }));
  const [input, slope] = [x, uniform(x.shape, 9)].map(({ data, shape }) => tf.tensor(data, shape));
  const weights = layer.weights.map(({ shape }, i) => {
    const { data } = uniform(shape as number[], i + 1);
    return tf.tensor(data, shape as number[]);
  });
  layer.setWeights(weights);
  const call = (image: tf.Tensor) => layer.call(image, { training: true }) as tf.Tensor;
  const before = tf.memory().numTensors;
  const results = tf.tidy(() => {
    const steep = (image: tf.Tensor) => tf.sum(tf.mul(tf.square(call(image)), slope!));
    const output = call(input!);
    const byInput = tf.grad(steep)(input!);
    const { grads } = tf.variableGrads(
      () => steep(input!) as tf.Scalar,
      layer.trainableWeights.map((weight) => weight.read() as tf.Variable),
    );
    const second = tf.grad((image) => tf.sum(tf.square(tf.grad(steep)(image))))(input!);
    return [output, byInput, ...Object.values(grads), second, ...layer.getWeights().map((w) => w.clone())];
  });
  expect(tf.memory().numTensors).toBe(before + results.length);
  const values = results.map((tensor) => ({ shape: tensor.shape, data: Array.from(tensor.dataSync()) }));
  tf.dispose([input!, slope!, weights, results]);
  layer.dispose();
  return values;
}

it('a batch normalisation layer trains on wasm as on cpu, with its second gradient', () =>
  fc.assert(
    fc.asyncProperty(
      // Few numbers per channel hardly spread, and have a gradient of little but rounding.
      fc.tuple(...[3, 9, 9].map((max) => fc.integer({ min: 2, max })), fc.integer({ min: 1, max: 11 })),
      async (shape) => {
        const expected = await trained('cpu', pixels(shape, 1));
        const actual = await trained('wasm', pixels(shape, 1));
        for (const [i, values] of expected.entries()) expectClose(actual[i]!, values, 2e-4);
      },
    ),
    { numRuns: 40, seed: 3 },
  ));

it('the moments of 200,000 pixels are right to six digits, far from zero too', async () => {
  await tf.setBackend('wasm');
  registerWasmTraining();
  const [count, channels] = [200_000, 3];
  const x = uniform([count, 1, 1, channels], 1);
  const data = Float32Array.from(x.data, (value, i) => value * 0.3 + 10 * (i % channels));
  const [y, mean, variance] = tf.tidy(() => {
    const inputs = { x: tf.tensor(data, x.shape), scale: tf.ones([channels]), offset: tf.zeros([channels]) };
    return tf.engine().runKernel(BATCH_NORM_TRAINING, inputs, { varianceEpsilon: 1e-3 }) as tf.Tensor[];
  });
  for (let c = 0; c < channels; c++) {
    const own = data.filter((_, i) => i % channels === c);
    const m = own.reduce((sum, value) => sum + value, 0) / count;
    const v = own.reduce((sum, value) => sum + (value - m) ** 2, 0) / count;
    expect(Math.abs(mean!.dataSync()[c]! - m)).toBeLessThan(1e-6 * Math.max(1, m));
    expect(Math.abs(variance!.dataSync()[c]! / v - 1)).toBeLessThan(1e-6);
    expect(y!.dataSync()[c]!).toBeCloseTo((own[0]! - m) / Math.sqrt(v + 1e-3), 4);
  }
  tf.dispose([y!, mean!, variance!]);
});

it('training takes the kernels, but along the last axis alone, and prediction does not', async () => {
  await tf.setBackend('wasm');
  registerWasmTraining();
  const x = tf.ones([1, 3, 3, 2]);
  const kernelsOf = async (axis: number, options: object) => {
    const layer = tfl.layers.batchNormalization({ axis });
    layer.apply(tfl.input({ shape: [3, 3, 2] }));
    const { kernelNames, result } = await tf.profile(() => layer.call(x, options) as tf.Tensor);
    tf.dispose(result);
    layer.dispose();
    return kernelNames;
  };
  for (const axis of [-1, 3])
    expect(await kernelsOf(axis, { training: true })).toContain(BATCH_NORM_TRAINING);
  expect(await kernelsOf(1, { training: true })).not.toContain(BATCH_NORM_TRAINING);
  expect(await kernelsOf(3, {})).not.toContain(BATCH_NORM_TRAINING);
  x.dispose();
});
