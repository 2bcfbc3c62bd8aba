import { useBackend } from '@diff/backend';
import { bce } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { mpCnn } from './mpcnn.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

segmentationSuite('mpCnn', { stride: 4 });

describe('mpCnn', () => {
  it('has one prong per structure: a loss of one structure moves its prong and the trunk, no other prong', () => {
    const model = mpCnn({ width: 2, structures: 3, imageChannels: 1 });
    tf.tidy(() => {
      const x = tf.randomUniform([1, 8, 8, 1], 0, 1, 'float32', 1);
      const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
      const { grads } = tf.variableGrads(() => {
        const logits = model.apply(x, { training: true }) as tf.Tensor;
        return bce()(tf.slice(logits, [0, 0, 0, 1], [-1, -1, -1, 1]), tf.ones([1, 8, 8, 1]));
      }, variables);
      const moved = model.trainableWeights
        .filter((_, i) => tf.max(tf.abs(grads[variables[i]!.name] ?? tf.zeros([1]))).dataSync()[0]! > 0)
        .map(({ originalName }) => originalName.split('/')[0]!);
      for (const part of ['trunk.0', 'dilated.8', 'prong.1.0', 'logits.1'])
        expect(
          moved.some((name) => name.startsWith(part)),
          part,
        ).toBe(true);
      expect(moved.filter((name) => /^(prong|logits)\.[02]/.test(name))).toEqual([]);
    });
    model.dispose();
  });

  it('sees 16 · 4 pixels further by its dilated convolutions', () => {
    const model = mpCnn({ width: 2, imageChannels: 1 });
    const side = 192;
    tf.tidy(() => {
      const plain = tf.zeros<tf.Rank.R4>([1, side, side, 1]);
      const spot = tf.buffer([1, side, side, 1]);
      spot.set(1, 0, 96, 96, 0);
      const difference = tf.sub(
        model.predict(spot.toTensor()) as tf.Tensor,
        model.predict(plain) as tf.Tensor,
      );
      const reach = (
        tf.abs(tf.slice(difference, [0, 96, 0, 0], [1, 1, -1, 1])).dataSync() as Float32Array
      ).findIndex((value) => value > 0);
      // Of the dilated convolutions alone, (1 + 2 + 4 + 8) pixels of 4 × 4.
      expect(96 - reach).toBeGreaterThanOrEqual(60);
    });
    model.dispose();
  });
});
