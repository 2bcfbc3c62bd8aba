import { useBackend } from '@diff/backend';
import { adam, type Task, train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { modesOf, twoModes } from '../fixtures/two-modes.js';
import { type MultiRaterOptions, multiRaterNetworks, predictorOf } from './index.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

/** Enough steps for these toys. */
const settings: Record<string, { epochs: number; learningRate: number; own: object }> = {
  probabilisticUnet: { epochs: 150, learningRate: 5e-3, own: { levels: 2, latent: 2 } },
  phiSeg: { epochs: 150, learningRate: 5e-3, own: { levels: 4 } },
  stochasticSegmentation: { epochs: 50, learningRate: 1e-2, own: { rank: 2, samples: 8 } },
};

describe.each(multiRaterNetworks.filter(({ name }) => name in settings))('$name', ({ name, make, task }) => {
  it('samples both opinions of a panel that is split, each as often as it is held', async () => {
    const panel = { width: 8, stem: 'cifar', imageChannels: 1, raters: 4, seed: 1 } as const;
    const { epochs, learningRate, own } = settings[name]!;
    const options = { ...panel, ...own };
    const model = (make as (given: MultiRaterOptions) => tfl.LayersModel)(options);
    const list = twoModes(16);
    await train(model, list, {
      task: (task as (given: MultiRaterOptions) => Task)(options),
      epochs,
      batchSize: 8,
      optimizer: adam({ learningRate }),
    });
    const modes = tf.tidy(() => {
      const image = tf.tensor4d(list[0]!.image.data, [1, 8, 8, 1]);
      return modesOf(predictorOf(model).sample!(image, { count: 100, seed: 3 }));
    });
    model.dispose();
    expect(modes.neither).toBeLessThan(15);
    expect(modes.large / 100).toBeGreaterThan(0.1);
    expect(modes.large / 100).toBeLessThan(0.45);
  }, 300_000);
});
