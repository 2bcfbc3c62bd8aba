import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { carryOver } from '../carry-over.js';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { atNet } from './at-net.js';

beforeAll(() => tf.setBackend('cpu'));

segmentationSuite('atNet', { stride: 16 });

const small = { width: 2, imageChannels: 1, size: [16, 32] } as const;
const image = () => tf.randomUniform<tf.Rank.R4>([1, 16, 32, 1], 0, 1, 'float32', 4);
const outputOf = (model: tfl.LayersModel) =>
  tf.tidy(() => [...(model.predict(image()) as tf.Tensor).dataSync()]);

describe('atNet', () => {
  it('has gates in [0, 1], one at every pixel of every skip', () => {
    const model = atNet(small);
    const gates = [0, 1, 2, 3].map((i) => model.getLayer(`decoder.${i}.up`).output as tfl.SymbolicTensor);
    const inside = tfl.model({ inputs: model.inputs, outputs: gates });
    tf.tidy(() => {
      for (const [i, gate] of (inside.predict(image()) as tf.Tensor[]).entries()) {
        expect(gate.shape).toEqual([1, 16 >> i, 32 >> i, 1]);
        const values = gate.dataSync();
        expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...values)).toBeLessThanOrEqual(1);
        expect(new Set(values).size).toBeGreaterThan(1);
      }
    });
    model.dispose();
  });

  it('is the U-Net of the same weights where every gate is 1', () => {
    const [gated, plain] = [atNet(small), atNet({ ...small, gates: false, seed: 9 })];
    for (const part of ['encoder.', 'decoder.', 'logits']) carryOver(gated, plain, part);
    expect(outputOf(gated)).not.toEqual(outputOf(plain));
    tf.tidy(() => {
      for (const i of [0, 1, 2, 3])
        gated.getLayer(`decoder.${i}.psi`).setWeights([tf.zeros([1, 1, 2 << i, 1]), tf.fill([1], 100)]);
    });
    expect(outputOf(gated)).toEqual(outputOf(plain));
    for (const model of [gated, plain]) model.dispose();
  });
});

describe('carryOver', () => {
  it('gives the encoder the weights that were trained elsewhere, bit for bit, and nothing else', () => {
    const [from, to] = [atNet({ ...small, structures: 2, seed: 1 }), atNet({ ...small, seed: 2 })];
    const weightsOf = (model: tfl.LayersModel) =>
      new Map(model.weights.map((weight) => [weight.originalName, [...weight.read().dataSync()]]));
    const before = weightsOf(to);
    const names = carryOver(from, to, 'encoder.');
    expect(names).toHaveLength(20);
    const source = weightsOf(from);
    for (const [name, values] of weightsOf(to))
      expect(values).toEqual((name.startsWith('encoder.') ? source : before).get(name));
    for (const model of [from, to]) model.dispose();
  });

  it('refuses what is not there or does not fit, and changes nothing', () => {
    const [narrow, wide] = [atNet(small), atNet({ ...small, width: 3 })];
    const before = outputOf(wide);
    expect(() => carryOver(narrow, wide, 'encoder.')).toThrow(
      /^carryOver: encoder\.0\.conv1 has weights of shapes/,
    );
    expect(() => carryOver(narrow, wide, 'coder')).toThrow('prefix is "coder", expected how');
    const bare = atNet({ ...small, gates: false });
    expect(() => carryOver(bare, narrow, 'decoder.')).toThrow('atNet has no layer decoder.3.theta');
    expect(outputOf(wide)).toEqual(before);
    for (const model of [narrow, wide, bare]) model.dispose();
  });
});
