import { useBackend } from '@diff/backend';
import { freeze } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { networkSuite } from '../fixtures/network-suite.js';
import { diagnosisNetworks, seesMask } from './index.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

for (const entry of diagnosisNetworks)
  networkSuite(entry, {
    inputChannels: ({ imageChannels, structures }) => imageChannels + structures,
    outputShape: () => [1],
    stride: 1,
  });

describe.each(diagnosisNetworks)('$name', ({ name, make }) => {
  it(`${!seesMask(name) ? 'has no gradient' : 'has a gradient'} by the mask, and one by the image`, () => {
    const model = make({ width: 2, stem: 'cifar', imageChannels: 1, structures: 2, seed: 3 });
    const frozen = freeze(model);
    // Soft and without ties, so that a numerical derivative exists.
    const x = tf.randomUniform<tf.Rank.R4>([1, 16, 16, 3], 0.05, 0.95, 'float32', 8);
    const gradient = tf.tidy(() =>
      tf
        .grad((input) => tf.sum(frozen(input as tf.Tensor4D)))(x)
        .arraySync(),
    ) as number[][][][];
    const strength = (channel: number) =>
      gradient[0]!.flat().reduce((sum, pixel) => sum + Math.abs(pixel[channel]!), 0);
    expect(strength(0)).toBeGreaterThan(1e-4);
    for (const channel of [1, 2]) expect(strength(channel) > 1e-6).toBe(seesMask(name));
    x.dispose();
    frozen.dispose();
    model.dispose();
  });
});
