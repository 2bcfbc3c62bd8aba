import { useBackend } from '@diff/backend';
import { bce, randomStream } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { drawCentres, tnsCnn, tnsCnnTask } from './tns-cnn.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

segmentationSuite('tnsCnn', { stride: 1, learningRate: 0.003 });

const predict = (model: tfl.LayersModel, image: tf.Tensor) => model.predict(image) as tf.Tensor4D;

describe('tnsCnn', () => {
  it('says of a pixel what its classifier says of the 45 × 45 patch around it', () => {
    const model = tnsCnn({ width: 2, imageChannels: 1, views: 1, seed: 3 });
    tf.tidy(() => {
      const image = tf.randomUniform<tf.Rank.R4>([1, 52, 50, 1], -1, 1, 'float32', 4);
      const dense = predict(model, image).arraySync()[0]!;
      for (const [y, x] of [
        [22, 22],
        [29, 27],
        [25, 24],
      ] as const) {
        let patch = tf.slice(image, [0, y - 22, x - 22, 0], [1, 45, 45, 1]);
        for (let i = 1; i <= 7; i++) {
          const [kernel, bias] = model.getLayer(`conv${i}`).getWeights();
          const stride = [2, 4, 6].includes(i) ? 2 : 1;
          patch = tf.relu(
            tf.add<tf.Tensor4D>(tf.conv2d(patch, kernel as tf.Tensor4D, stride, 'valid'), bias!),
          );
        }
        expect(patch.shape).toEqual([1, 1, 1, 16]);
        const [kernel, bias] = model.getLayer('scores').getWeights();
        const logit = tf.add(tf.conv2d(patch, kernel as tf.Tensor4D, 1, 'valid'), bias!).dataSync()[0]!;
        expect(dense[y]![x]![0]).toBeCloseTo(logit, 4);
      }
    });
    model.dispose();
  });

  it('with an oracle for the centre pixel reproduces the mask', () => {
    const model = tnsCnn({ width: 1, imageChannels: 1, views: 4 });
    tf.tidy(() => {
      for (const name of [1, 2, 3, 4, 5, 6, 7].map((i) => `conv${i}`).concat('scores')) {
        const layer = model.getLayer(name);
        const [kernel, bias] = layer.getWeights();
        const taps = tf.buffer(kernel!.shape);
        const centre = (kernel!.shape[0]! - 1) / 2;
        taps.set(name === 'scores' ? 10 : 1, centre, centre, 0, 0);
        layer.setWeights([taps.toTensor(), tf.fill(bias!.shape, name === 'scores' ? -5 : 0)]);
      }
      const mask = tf.cast(tf.greater(tf.randomUniform([1, 9, 12, 1], 0, 1, 'float32', 2), 0.6), 'float32');
      const got = predict(model, mask).dataSync();
      expect([...got].map((logit) => +(logit > 0))).toEqual([...mask.dataSync()]);
    });
    model.dispose();
  });

  it('is the same for an image and in its mirror, with views of both', () => {
    const model = tnsCnn({ width: 2, imageChannels: 1, views: 2 });
    tf.tidy(() => {
      const image = tf.randomUniform<tf.Rank.R4>([1, 8, 10, 1], 0, 1, 'float32', 4);
      const there = predict(model, image).dataSync();
      const back = tf.reverse(predict(model, tf.reverse(image, 2)), 2).dataSync();
      for (const [i, value] of there.entries()) expect(back[i]).toBeCloseTo(value, 5);
    });
    model.dispose();
  });
});

describe('tnsCnnTask', () => {
  it('is the loss of as many patches inside as outside, the same for the same seed', () => {
    tf.tidy(() => {
      const masks = tf.buffer<tf.Rank.R4>([2, 4, 5, 2]);
      masks.set(1, 0, 1, 1, 0);
      masks.set(1, 0, 2, 3, 0);
      for (let p = 0; p < 20; p++) masks.set(1, 1, Math.floor(p / 5), p % 5, 1);
      const batch = (seed: number) => ({
        ids: ['a', 'b'],
        image: tf.zeros<tf.Rank.R4>([2, 4, 5, 1]),
        masks: masks.toTensor(),
        diagnosis: tf.zeros<tf.Rank.R2>([2, 1]),
        random: randomStream(seed),
      });
      const values = batch(1).masks.dataSync();
      const centres = drawCentres(batch(1), 10);
      expect(centres).toHaveLength(40);
      const share = (from: number) => centres.slice(from, from + 10).filter((at) => values[at] === 1).length;
      // Image 0, structure 0: half inside. Structure 1: empty. Image 1: empty, then full.
      expect([0, 10, 20, 30].map(share)).toEqual([5, 0, 0, 10]);
      for (const [i, at] of centres.entries()) {
        expect(Math.floor(at / 40)).toBe(i < 20 ? 0 : 1);
        expect(at % 2).toBe(Math.floor(i / 10) % 2);
      }
      const logits = tf.randomNormal([2, 4, 5, 2], 0, 1, 'float32', 3);
      const [x, t] = [logits.dataSync(), values];
      const want = bce()(
        tf.tensor1d([...centres].map((at) => x[at]!)),
        tf.tensor1d([...centres].map((at) => t[at]!)),
      ).dataSync()[0]!;
      const loss = (seed: number) =>
        tnsCnnTask({ patches: 10 })
          .loss(() => logits, batch(seed))
          .dataSync()[0]!;
      expect(loss(1)).toBeCloseTo(want, 5);
      expect(loss(1)).toBe(loss(1));
      expect(loss(2)).not.toBe(loss(1));
    });
  });
});
