import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { classifier, segmenter } from '../fixtures/small-networks.js';
import { startAtPrior } from './start-at-prior.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

describe('startAtPrior', () => {
  const mask = (values: number[]) => Float32Array.from(values);
  const examples = [
    { id: 'a', masks: [mask([1, 0, 0, 0]), mask([0, 0, 0, 0])] },
    { id: 'b', masks: [mask([0.5, 0.5, 0, 0]), mask([0, 0, 0, 0])] },
  ];

  it('makes the bias of each structure the logit of its share of the pixels', () => {
    const model = segmenter({ structures: 2 });
    const before = tf.memory().numTensors;
    startAtPrior(model, examples);
    expect(tf.memory().numTensors).toBe(before);
    const bias = [...model.getLayer('logits').getWeights()[1]!.dataSync()];
    expect(1 / (1 + Math.exp(-bias[0]!))).toBeCloseTo(2 / 8, 6);
    // A structure that nobody outlined is held at 1e-4.
    expect(1 / (1 + Math.exp(-bias[1]!))).toBeCloseTo(1e-4, 6);
    const features = tf.zeros([1, 8, 8, 4]);
    const logits = model.getLayer('logits').call(features, {}) as tf.Tensor;
    expect([...tf.sigmoid(logits).dataSync()].filter((_, i) => i % 2 === 0)).toSatisfy((all: number[]) =>
      all.every((value) => Math.abs(value - 0.25) < 1e-6),
    );
    model.dispose();
  });

  it('refuses by its id an example with a mask too few, or with a value that is no number, and leaves the model as it was', () => {
    const model = segmenter({ structures: 2 });
    const few = { id: 'c', masks: [mask([1, 0, 0, 0])] };
    const broken = { id: 'd', masks: [mask([1, 0, 0, 0]), mask([0, Number.NaN, 0, 0])] };
    expect(() => startAtPrior(model, [...examples, few])).toThrow(/c has 1 masks, 2 were expected/);
    expect(() => startAtPrior(model, [...examples, broken])).toThrow(/mask 1 of d has a value that is not/);
    expect([...model.getLayer('logits').getWeights()[1]!.dataSync()]).toEqual([0, 0]);
    model.dispose();
  });

  it('refuses by name what has no such layer, another number of structures, or no examples', () => {
    const diagnosis = classifier();
    expect(() => startAtPrior(diagnosis, examples)).toThrow(/classifier has no layer called logits/);
    const single = segmenter({ structures: 1 });
    expect(() => startAtPrior(single, examples)).toThrow(
      /bias of logits has the shape 1, expected 2 numbers/,
    );
    expect(() => startAtPrior(single, [])).toThrow(RangeError);
    const input = tfl.input({ shape: [2, 2, 3] });
    const plain = tfl.layers
      .conv2d({ filters: 2, kernelSize: 1, useBias: false, name: 'logits' })
      .apply(input);
    const unbiased = tfl.model({ inputs: input, outputs: plain as tfl.SymbolicTensor });
    expect(() => startAtPrior(unbiased, examples)).toThrow(/bias of logits is missing/);
  });
});
