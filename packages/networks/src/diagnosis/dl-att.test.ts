import { useBackend } from '@diff/backend';
import { adam, train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { discs } from '../../../train/src/fixtures/discs.js';
import { resnet } from '../backbones/resnet.js';
import { backbone, cup, disc, image, logits, rectangles, small } from '../fixtures/eyes.js';
import { attentionTask, dlAtt } from './dl-att.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

describe('dlAtt', () => {
  it('is the plain ResNet under a mask of ones, and sees nothing but its bias under an empty one', () => {
    const model = dlAtt(small);
    const plain = resnet({ ...backbone, inputChannels: 1, classes: 1 });
    const ones = rectangles([0, 0, 16, 16], [0, 0, 16, 16]);
    const want = tf.tidy(() => [...(plain.predict(image()) as tf.Tensor).dataSync()]);
    for (const [i, value] of logits(model, ones).entries()) expect(value).toBeCloseTo(want[i]!, 5);
    const [a, b] = logits(model, rectangles());
    expect(a).toBeCloseTo(b!, 6);
    for (const each of [model, plain]) each.dispose();
  });

  it('multiplies the features by the mean over structures, in [0, 1]', () => {
    const model = dlAtt(small);
    const attention = tfl.model({
      inputs: model.inputs,
      outputs: model.getLayer('attention').output as tfl.SymbolicTensor,
    });
    const map = tf.tidy(() =>
      (attention.predict(tf.concat([image(), rectangles(disc, cup)], 3)) as tf.Tensor4D).arraySync(),
    )[0]!;
    expect([map[7]![7]![0], map[4]![5]![0], map[0]![0]![0]]).toEqual([1, 0.5, 0]);
    model.dispose();
  });

  it('learns, where asked to, to predict the attention that the masks teach', async () => {
    const model = dlAtt({
      width: 4,
      stem: 'cifar',
      imageChannels: 1,
      structures: 1,
      attention: 'predicted',
      seed: 1,
    });
    await train(model, discs(24), {
      epochs: 5,
      batchSize: 4,
      task: attentionTask(),
      optimizer: adam({ learningRate: 1e-2 }),
    });
    const [example] = discs(1, 12, 7);
    const attention = tf.tidy(() => {
      const input = tf.concat(
        [tf.tensor4d(example!.image.data, [1, 12, 12, 1]), tf.zeros<tf.Rank.R4>([1, 12, 12, 1])],
        3,
      );
      return tf.sigmoid((model.predict(input) as tf.Tensor[])[1]!).dataSync();
    });
    const mean = (value: 0 | 1) => {
      const chosen = [...attention].filter((_, i) => example!.masks[0]![i] === value);
      return chosen.reduce((sum, a) => sum + a, 0) / chosen.length;
    };
    expect(mean(1)).toBeGreaterThan(0.6);
    expect(mean(0)).toBeLessThan(0.3);
    model.dispose();
  });
});
