import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { iFcn } from './ifcn.js';

beforeAll(() => tf.setBackend('cpu'));

segmentationSuite('iFcn', { stride: 16 });

describe('iFcn', () => {
  const small = { width: 2, imageChannels: 1, size: [16, 32] } as const;
  const image = () => tf.randomUniform<tf.Rank.R4>([1, 16, 32, 1], 0, 1, 'float32', 4);

  it('has the 13 convolutions of VGG16, and spatial information of every level, the image’s own size too', () => {
    const model = iFcn(small);
    expect(model.layers.filter(({ name }) => /^block\d\.conv\d$/.test(name))).toHaveLength(13);
    const before = tf.tidy(() => [...(model.predict(image()) as tf.Tensor).dataSync()]);
    for (const level of [1, 2, 3, 4, 5]) {
      const layer = model.getLayer(`spatial${level}.skip`);
      expect((layer.output as tfl.SymbolicTensor).shape.slice(1, 3)).toEqual(
        [16, 32].map((s) => s >> (level - 1)),
      );
      tf.tidy(() => {
        const kept = layer.getWeights();
        layer.setWeights(kept.map((weight) => tf.zerosLike(weight)));
        expect([...(model.predict(image()) as tf.Tensor).dataSync()]).not.toEqual(before);
        layer.setWeights(kept);
      });
    }
    model.dispose();
  });

  it('is FCN’s sum of enlarged skips where its residual blocks are off', () => {
    const model = iFcn(small);
    tf.tidy(() => {
      for (const level of [1, 2, 3, 4, 5]) {
        const layer = model.getLayer(`spatial${level}.conv2`);
        layer.setWeights(layer.getWeights().map((weight) => tf.zerosLike(weight)));
      }
      const names = [5, 4, 3, 2, 1].map((level) => `spatial${level}.skip`);
      const outputs = names.map((name) => model.getLayer(name).output as tfl.SymbolicTensor);
      const skips = tfl.model({ inputs: model.inputs, outputs }).predict(image()) as tf.Tensor4D[];
      const sum = skips.reduce((below, skip) => {
        const [, height, width] = skip.shape;
        return tf.add(skip, tf.image.resizeBilinear(below, [height, width]));
      });
      const [kernel, bias] = model.getLayer('logits').getWeights();
      const want = tf.add(tf.conv2d(sum, kernel as tf.Tensor4D, 1, 'same'), bias!).dataSync();
      const got = (model.predict(image()) as tf.Tensor).dataSync();
      for (const [i, value] of want.entries()) expect(got[i]).toBeCloseTo(value, 4);
    });
    model.dispose();
  });
});
