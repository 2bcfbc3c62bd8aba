import { useBackend } from '@diff/backend';
import { diceLoss, segmentation } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { plainBce, sigmoidOf, smallBatch } from '../fixtures/plain-adversarial.js';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { beal, bealTask } from './beal.js';
import { boundaryOf } from './boundary.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

segmentationSuite('beal', { stride: 16, scale: 2, heart: segmentation({ loss: diceLoss() }) });

/** A stand-in for the network, with discriminators that read rows and columns of the image. */
const forward = (x: tf.Tensor | tf.Tensor[]) => {
  const image = x as tf.Tensor4D;
  const logits = tf.concat([tf.sub(tf.mul(3, image), 1), tf.sub(1, tf.mul(2, image))], 3);
  const judged = [1, 2].map((axis) => tf.sub(tf.mul(4, tf.mean(image, axis, true)), 2));
  return [logits, tf.sub(tf.mul(5, image), 2), ...judged];
};
const target = [1, 2].map((seed) => {
  const data = Float32Array.from({ length: 36 }, (_, p) => ((p * p * (seed + 2) + 7 * p) % 11) / 10);
  return { image: { data, height: 6, width: 6, channels: 1 } };
});
/** The discriminator's logits along one axis on what a task drew, by plain numbers. */
const judged = (seed: number, axis: 1 | 2) => {
  const { random } = smallBatch(seed);
  return [0, 1].flatMap(() => {
    const { data } = target[random.integer(2)]!.image;
    const line = (at: number) => [0, 1, 2, 3, 4, 5].map((i) => data[axis === 1 ? 6 * i + at : 6 * at + i]!);
    return [0, 1, 2, 3, 4, 5].map((at) => (4 * line(at).reduce((a, b) => a + b, 0)) / 6 - 2);
  });
};

describe('bealTask', () => {
  it('is BCE of the masks, squared error of the boundary and both discriminators fooled, by plain loops', () => {
    tf.tidy(() => {
      const batch = smallBatch(5);
      const [logits, boundary] = forward(batch.image).map((x) => [...x.dataSync()]);
      const edge = boundaryOf(batch.masks, 1, 0.5).dataSync();
      const squared = boundary!.reduce((sum, x, i) => sum + (sigmoidOf(x) - edge[i]!) ** 2, 0) / edge.length;
      const own = plainBce(logits!, batch.masks.dataSync()) + squared;
      const got = (adversarial: number) =>
        bealTask({ target, adversarial, boundaryWidth: 1, boundarySigma: 0.5 })
          .loss(forward, smallBatch(5))
          .dataSync()[0]!;
      expect(got(0)).toBeCloseTo(own, 5);
      expect(got(0.5)).toBeCloseTo(own + 0.5 * (plainBce(judged(5, 1), 1) + plainBce(judged(5, 2), 1)), 5);
    });
  });

  it('has two discriminators that learn to tell the domains, each from its own output', () => {
    tf.tidy(() => {
      const source = forward(smallBatch(5).image).map((x) => [...x.dataSync()]);
      const [rival] = bealTask({ target }).rivals!;
      const want = [0, 1].reduce(
        (sum, i) => sum + plainBce(source[2 + i]!, 1) + plainBce(judged(5, i ? 2 : 1), 0),
        0,
      );
      expect(rival!.loss(forward, smallBatch(5)).dataSync()[0]).toBeCloseTo(want, 5);
      expect(rival!.optimizer.config).toMatchObject({ name: 'sgd', learningRate: 2.5e-5, momentum: 0.99 });
      const owned = [
        'boundaryDiscriminator.conv0/kernel',
        'entropyDiscriminator.conv4/kernel',
        'boundary.scores/kernel',
      ];
      expect(owned.map((weight) => rival!.owns(weight))).toEqual([true, true, false]);
    });
  });
});

describe('beal', () => {
  it('has the widths of the official code: 305 channels under the masks, 320 at a sixteenth', () => {
    const model = beal({ size: [32, 32], structures: 2 });
    const shape = (name: string) => (model.getLayer(name).output as tfl.SymbolicTensor).shape.slice(1);
    expect(['mobile.16.project.bn', 'joined', 'masks.concat', 'boundary.scores'].map(shape)).toEqual([
      [2, 2, 320],
      [8, 8, 304],
      [8, 8, 305],
      [8, 8, 1],
    ]);
    model.dispose();
  });

  it('judges the boundary’s probability and the entropy map −p · log p', () => {
    const model = beal({ width: 2, imageChannels: 1, structures: 2, size: [16, 16] });
    const maps = tfl.model({
      inputs: model.inputs,
      outputs: ['logits.up', 'entropy', 'boundary.up', 'boundary.probability'].map(
        (name) => model.getLayer(name).output as tfl.SymbolicTensor,
      ),
    });
    tf.tidy(() => {
      const image = tf.randomUniform([1, 16, 16, 1], 0, 1, 'float32', 2);
      const [logits, entropy, boundary, probability] = (maps.predict(image) as tf.Tensor[]).map((x) =>
        x.dataSync(),
      );
      for (const [i, x] of logits!.entries()) {
        const p = sigmoidOf(x);
        expect(entropy![i]).toBeCloseTo(-p * Math.log(p + 1e-7), 5);
      }
      for (const [i, x] of boundary!.entries()) expect(probability![i]).toBeCloseTo(sigmoidOf(x), 5);
      const inputOf = (name: string) => (model.getLayer(name).input as tfl.SymbolicTensor).sourceLayer.name;
      expect(inputOf('boundaryDiscriminator.pad0')).toBe('boundary.probability');
      expect(inputOf('entropyDiscriminator.pad0')).toBe('entropy');
    });
    model.dispose();
  });
});
