import '@tensorflow/tfjs-backend-cpu';
import { bce, diceLoss, randomStream } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { agNet, agNetTask } from './ag-net.js';

beforeAll(() => tf.setBackend('cpu'));

segmentationSuite('agNet', { stride: 16, learningRate: 0.02, loss: diceLoss() });

const small = { width: 4, imageChannels: 1, structures: 2, size: [16, 32] } as const;
const image = () => tf.randomUniform<tf.Rank.R4>([2, 16, 32, 1], 0, 1, 'float32', 4);

describe('agNet', () => {
  it('has the widths of the official code', () => {
    const model = agNet({ size: [32, 32] });
    const shape = (name: string) => (model.getLayer(name).output as tfl.SymbolicTensor).shape.slice(1);
    expect([3, 2, 1, 0].map((i) => shape(`decoder.${i}.filter`))).toEqual([
      [4, 4, 512],
      [8, 8, 256],
      [16, 16, 128],
      [32, 32, 64],
    ]);
    expect(shape('encoder.1.concat')).toEqual([16, 16, 96]);
    expect(shape('encoder.3.concat')).toEqual([4, 4, 384]);
    model.dispose();
  });

  it('has attention in (0, 1) at every coarse pixel, and every other image leaves an image as it is', () => {
    const model = agNet(small);
    const names = [3, 2, 1, 0].map((i) => `decoder.${i}.attention`);
    const inside = tfl.model({
      inputs: model.inputs,
      outputs: names.map((name) => model.getLayer(name).output as tfl.SymbolicTensor),
    });
    tf.tidy(() => {
      for (const [i, attention] of (inside.predict(image()) as tf.Tensor[]).entries()) {
        expect(attention.shape).toEqual([2, 1 << i, 2 << i, 1]);
        const values = attention.dataSync();
        expect(Math.min(...values)).toBeGreaterThan(0);
        expect(Math.max(...values)).toBeLessThan(1);
      }
      const both = (model.predict(image()) as tf.Tensor4D[])[0]!;
      const alone = (model.predict(tf.slice(image(), [0, 0, 0, 0], [1, -1, -1, -1])) as tf.Tensor4D[])[0]!;
      const apart = tf.max(tf.abs(tf.sub(alone, tf.slice(both, [0, 0, 0, 0], [1, -1, -1, -1]))));
      expect(apart.dataSync()[0]).toBeLessThan(1e-5);
    });
    model.dispose();
  });

  it('predicts the mean of its sides, and is trained by five losses alike', () => {
    const model = agNet(small);
    tf.tidy(() => {
      const [mean, ...sides] = model.predict(image()) as tf.Tensor[];
      const off = tf.max(tf.abs(tf.sub(mean!, tf.div(tf.addN(sides), 4)))).dataSync()[0];
      expect(off).toBeLessThan(1e-5);
      const masks = tf.randomUniform<tf.Rank.R4>([2, 16, 32, 2], 0, 1, 'float32', 5);
      const batch = {
        ids: [],
        image: image(),
        masks,
        diagnosis: tf.zeros<tf.Rank.R2>([2, 1]),
        random: randomStream(1),
      };
      const task = agNetTask();
      const got = task.loss((x) => model.predict(x as tf.Tensor) as tf.Tensor[], batch).dataSync()[0]!;
      const want = [mean!, ...sides].reduce((sum, side) => sum + bce()(side, masks).dataSync()[0]!, 0);
      expect(got).toBeCloseTo(want, 4);
    });
    model.dispose();
  });
});
