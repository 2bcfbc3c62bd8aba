import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { resUnet } from './res-unet.js';

beforeAll(() => tf.setBackend('cpu'));

segmentationSuite('resUnet', { stride: 8, resnet: true });

describe('resUnet', () => {
  it.each(['imagenet', 'cifar'] as const)('gives one logit per pixel and structure (%s)', (stem) => {
    const model = resUnet({ width: 2, stem, structures: 2 });
    tf.tidy(() => {
      const output = model.predict(tf.zeros([1, 64, 32, 3])) as tf.Tensor;
      expect(output.shape).toEqual([1, 64, 32, 2]);
    });
    model.dispose();
  });

  it('lets every encoder level reach the output, the skip connections included', () => {
    const model = resUnet({ width: 2, stem: 'cifar', imageChannels: 1, filters: 4 });
    const x = tf.randomUniform([1, 16, 16, 1], 0, 1, 'float32', 1);
    const run = () => tf.tidy(() => [...(model.predict(x) as tf.Tensor).dataSync()]);
    const before = run();
    for (const level of ['stem', 'B1', 'B2', 'B3']) {
      const skip = model.getLayer(`decoder.${level}.skip`).weights[0]!;
      const kept = tf.clone(skip.read());
      skip.write(tf.tidy(() => tf.zerosLike(kept)));
      expect(run(), level).not.toEqual(before);
      skip.write(kept);
    }
    expect(run()).toEqual(before);
    model.dispose();
  });

  it('refuses a size that does not halve evenly', () => {
    expect(() => resUnet({ size: [48, 64] })).toThrow('resUnet: size is 48 × 64, expected multiples of 32');
  });
});
