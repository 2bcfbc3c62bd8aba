import '@tensorflow/tfjs-backend-cpu';
import { bce, randomStream } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { denseDeconvolution } from '../backbones/dense-deconvolution.js';
import { plainBlocks } from '../backbones/plain-unet.js';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { ddn, ddnTask } from './ddn.js';

beforeAll(() => tf.setBackend('cpu'));

segmentationSuite('ddn', { stride: 8, resnet: true, learningRate: 0.002 });

describe('denseDeconvolution', () => {
  it('makes each of the four pixels from those before it: a change of one map reaches the later ones alone', () => {
    const input = tfl.input({ shape: [2, 2, 1] });
    const made = denseDeconvolution(input, 'up', 2, plainBlocks(1));
    const model = tfl.model({ inputs: input, outputs: made });
    tf.tidy(() => {
      const x = tf.fill([1, 2, 2, 1], 0.7);
      for (const i of [0, 1, 2, 3]) {
        const [kernel] = model.getLayer(`up.conv${i}`).getWeights();
        model.getLayer(`up.conv${i}`).setWeights([tf.abs(kernel!), tf.zeros([2])]);
      }
      const corners = () => {
        const map = (model.predict(x) as tf.Tensor4D).arraySync()[0]!;
        // In the order in which they are made.
        return [map[0]![0], map[1]![1], map[0]![1], map[1]![0]];
      };
      const before = corners();
      for (const i of [3, 2, 1, 0]) {
        const layer = model.getLayer(`up.conv${i}`);
        const kept = layer.getWeights();
        layer.setWeights([kept[0]!, tf.ones([2])]);
        const changed = corners().map((pixel, at) => pixel!.some((v, c) => v !== before[at]![c]));
        expect(changed).toEqual([0, 1, 2, 3].map((at) => at >= i));
        layer.setWeights(kept);
      }
    });
    model.dispose();
  });
});

describe('ddn', () => {
  it('gives back the size of its image at the prediction and all sides, whatever the stem', () => {
    for (const stem of ['cifar', 'imagenet'] as const) {
      const model = ddn({ width: 2, stem });
      tf.tidy(() => {
        const outputs = model.predict(tf.zeros([1, 32, 64, 3])) as tf.Tensor[];
        expect(outputs.map(({ shape }) => shape)).toEqual(Array(5).fill([1, 32, 64, 1]));
      });
      model.dispose();
    }
  });

  it('is trained by the loss of its prediction and half of the loss of each side', () => {
    tf.tidy(() => {
      const [image, masks] = [1, 2].map((seed) =>
        tf.randomUniform<tf.Rank.R4>([2, 4, 4, 1], 0, 1, 'float32', seed),
      );
      const outputs = [3, 4, 5, 6, 7].map((seed) => tf.randomNormal([2, 4, 4, 1], 0, 1, 'float32', seed));
      const batch = {
        ids: [],
        image: image!,
        masks: masks!,
        diagnosis: tf.zeros<tf.Rank.R2>([2, 1]),
        random: randomStream(1),
      };
      const each = outputs.map((output) => bce()(output, masks!).dataSync()[0]!);
      const want = each.reduce((sum, loss, i) => sum + (i ? 0.5 : 1) * loss, 0);
      expect(
        ddnTask()
          .loss(() => outputs, batch)
          .dataSync()[0],
      ).toBeCloseTo(want, 5);
    });
  });
});
