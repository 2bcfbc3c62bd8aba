import { useBackend } from '@diff/backend';
import { resnet } from '@diff/networks';
import { baselineDia } from '@diff/networks/diagnosis';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyFrozen, type Frozen } from './frozen.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

const options = { width: 4, stem: 'cifar', size: [8, 8], seed: 3 } as const;
const random = (seed: number, channels: number) =>
  tf.randomUniform([2, 8, 8, channels], 0, 1, 'float32', seed);
const difference = (a: tf.Tensor, b: tf.Tensor) => tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!);

/** A model that is one frozen layer around `inner`. */
function frozen(inner: tfl.LayersModel, channels: number): tfl.LayersModel {
  const input = tfl.input({ shape: [8, 8, channels] });
  return tfl.model({ inputs: input, outputs: applyFrozen(inner, [input], 'inner') });
}
const outputs = (model: tfl.LayersModel, x: tf.Tensor) => [model.predict(x)].flat();

describe('a frozen model', () => {
  it('gives all the outputs of the model, in training too', () =>
    tf.tidy(() => {
      const inner = resnet({ ...options, inputChannels: 2 });
      const outer = frozen(inner, 2);
      const x = random(1, 2);
      const expected = outputs(inner, x);
      expect(expected.length).toBe(5);
      outputs(outer, x).forEach((y, i) => expect(difference(y, expected[i]!)).toBeLessThan(1e-4));
      const training = outer.apply(x, { training: true }) as tf.Tensor[];
      training.forEach((y, i) => expect(difference(y, expected[i]!)).toBeLessThan(1e-4));
    }));

  it('passes gradients on to its input', () =>
    tf.tidy(() => {
      const inner = baselineDia({ ...options, imageChannels: 1 });
      const outer = frozen(inner, 2);
      const x = random(2, 2);
      const gradient = (model: tfl.LayersModel) =>
        tf.grad((y: tf.Tensor) => model.apply(y, { training: false }) as tf.Tensor)(x);
      expect(difference(gradient(outer), gradient(inner))).toBeLessThan(1e-4);
      expect(tf.max(tf.abs(gradient(outer))).dataSync()[0]).toBeGreaterThan(1e-4);
    }));

  it('stays frozen whatever `trainable` is set to', () => {
    const outer = frozen(resnet({ ...options, inputChannels: 1 }), 1);
    outer.trainable = true;
    expect(outer.trainableWeights).toEqual([]);
    expect(outer.weights.length).toBe(resnet({ ...options, inputChannels: 1 }).weights.length);
  });

  it('follows weights that are set after it was used', () =>
    tf.tidy(() => {
      const [one, other] = [1, 2].map((seed) => resnet({ ...options, seed, inputChannels: 1, classes: 1 }));
      const outer = frozen(one!, 1);
      const x = random(3, 1);
      expect(difference(outputs(outer, x)[0]!, outputs(one!, x)[0]!)).toBeLessThan(1e-4);
      // Frozen, its weights come layer by layer, whether the model would train them or not.
      other!.trainable = false;
      (outer.getLayer('inner') as Frozen).setWeights(other!.getWeights());
      expect(difference(outputs(outer, x)[0]!, outputs(other!, x)[0]!)).toBeLessThan(1e-4);
      expect(difference(outputs(outer, x)[0]!, outputs(one!, x)[0]!)).toBeGreaterThan(1e-4);
    }));

  it('has weights of its own, and frees all that it made', () => {
    const inner = resnet({ ...options, inputChannels: 1 });
    const before = tf.memory().numTensors;
    const outer = frozen(inner, 1);
    tf.tidy(() => void outer.predict(random(1, 1)));
    outer.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(inner.weights.every((weight) => !weight.read().isDisposed)).toBe(true);
  });
});
