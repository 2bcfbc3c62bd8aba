import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Example } from '../data/example.js';
import { memoryStorage } from '../files/storage.js';
import { adam } from '../optimizers/adam.js';
import { sgd } from '../optimizers/sgd.js';
import type { Task } from '../tasks/task.js';
import { train } from './train.js';

beforeAll(() => tf.setBackend('cpu'));

/** x → [x·a, x·a·b], with a and b of one number each. */
function chain(): tfl.LayersModel {
  const input = tfl.input({ shape: [1, 1, 1] });
  const times = (name: string, value: number) =>
    tfl.layers.conv2d({
      ...{ name, filters: 1, kernelSize: 1, useBias: false },
      kernelInitializer: tfl.initializers.constant({ value }),
    });
  const a = times('a', 0.5).apply(input) as tfl.SymbolicTensor;
  return tfl.model({ inputs: input, outputs: [a, times('b', 2).apply(a) as tfl.SymbolicTensor] });
}

const examples: Example[] = [0.6, -1, 1.5].map((value, i) => ({
  id: `${i}`,
  image: { data: Float32Array.of(value), height: 1, width: 1, channels: 1 },
  masks: [Uint8Array.of(1)],
}));

/** The task lowers the mean of (x·a·b)², its rival the mean of (x·a·b − 1)². */
const task: Task = {
  name: 'quarrel',
  diagnosed: false,
  predict: (forward, { image }) => [forward(image)].flat()[0]!,
  loss: (forward, { image }) => tf.mean(tf.square([forward(image)].flat()[1]!)),
  rivals: [
    {
      name: 'rival',
      owns: (weight) => weight.startsWith('b/'),
      loss: (forward, { image }) => tf.mean(tf.squaredDifference([forward(image)].flat()[1]!, 1)),
      optimizer: sgd({ learningRate: 0.3, momentum: 0.5 }),
    },
  ],
};

const settings = { task, batchSize: 3, optimizer: sgd({ learningRate: 0.1, momentum: 0 }), seed: 1 };

describe('rivals', () => {
  it('lower their own losses by their own weights, from the same weights as the task does', async () => {
    const model = chain();
    const { history } = await train(model, examples, { ...settings, epochs: 4 });
    // By hand: means of x² and x over the one batch.
    const [square, mean] = [(0.36 + 1 + 2.25) / 3, (0.6 - 1 + 1.5) / 3];
    let [a, b, velocity] = [0.5, 2, 0];
    const losses: number[] = [];
    for (let step = 0; step < 4; step++) {
      losses.push(square * (a * b) ** 2);
      const byA = 2 * square * a * b * b;
      velocity = 0.5 * velocity + 2 * (square * a * a * b - mean * a);
      [a, b] = [a - 0.1 * byA, b - 0.3 * velocity];
    }
    const weights = model.getWeights().map((weight) => weight.dataSync()[0]!);
    expect(weights[0]).toBeCloseTo(a, 5);
    expect(weights[1]).toBeCloseTo(b, 5);
    for (const [i, { loss }] of history.entries()) expect(loss).toBeCloseTo(losses[i]!, 5);
    model.dispose();
  });

  it('go on from a checkpoint as if nothing had stopped them, with a memory of their own', async () => {
    const run = async (stops: number[]) => {
      const storage = memoryStorage();
      const model = chain();
      const optimizer = adam({ learningRate: 0.1 });
      for (const epochs of stops) await train(model, examples, { ...settings, optimizer, epochs, storage });
      const weights = model.getWeights().map((weight) => weight.dataSync()[0]!);
      model.dispose();
      return weights;
    };
    expect(await run([2, 5])).toEqual(await run([5]));
  });

  it('leave no tensor behind, and are refused where they own nothing', async () => {
    const before = tf.memory().numTensors;
    const model = chain();
    const made = tf.memory().numTensors;
    await train(model, examples, { ...settings, epochs: 2 });
    expect(tf.memory().numTensors).toBe(made);
    const idle = { ...task, rivals: [{ ...task.rivals![0]!, owns: () => false }] };
    await expect(train(model, examples, { ...settings, task: idle, epochs: 1 })).rejects.toThrow(
      'train: rival has no trainable weight of the model, expected one',
    );
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('stop the training where their loss is not finite, and change nothing', async () => {
    const model = chain();
    const [rival] = task.rivals!;
    const loss: Task['loss'] = (forward, batch) => tf.mul(rival!.loss(forward, batch), Number.NaN);
    const broken = { ...task, rivals: [{ ...rival!, loss }] };
    await expect(train(model, examples, { ...settings, task: broken, epochs: 1 })).rejects.toThrow(
      'train: the loss is NaN',
    );
    expect(model.getWeights().map((weight) => weight.dataSync()[0])).toEqual([0.5, 2]);
    model.dispose();
  });
});
