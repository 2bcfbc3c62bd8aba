import { useBackend } from '@diff/backend';
import { adam, diceLoss, type Example, train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { networkSuite } from '../fixtures/network-suite.js';
import { segmentationNetworks } from './index.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

/** The coarsest stride of those that have no ResNet. */
const plain: Record<string, number> = { atNet: 16, jaccNet: 16, frCn: 1 };

for (const entry of segmentationNetworks)
  networkSuite(entry, {
    inputChannels: ({ imageChannels }) => imageChannels,
    outputShape: (size, structures) => [...size, structures],
    stride: plain[entry.name] ?? 8,
    resnet: !(entry.name in plain),
  });

describe.each(segmentationNetworks)('$name', ({ name, make, task }) => {
  it('learns a batch by heart, to a soft Dice over 0.95', async () => {
    const options = { width: 8, imageChannels: 1, structures: 1, seed: 1, size: [16, 16] as const };
    const model = make({ ...options, ...(!(name in plain) && { stem: 'cifar' }) });
    const examples = Array.from(
      { length: 4 },
      (_, i): Example => disc(`case ${i}`, 6 + 3 * (i >> 1), 6 + 3 * (i & 1), 3 + i),
    );
    await train(model, examples, {
      task: task(),
      epochs: 200,
      batchSize: 4,
      optimizer: adam({ learningRate: name === 'frCn' ? 0.001 : 0.01 }),
      seed: 1,
    });
    const dice = await tf
      .tidy(() => {
        const image = tf.tensor4d(
          Float32Array.from(examples.flatMap(({ image }) => [...image.data])),
          [4, 16, 16, 1],
        );
        const masks = tf.tensor4d(
          Float32Array.from(examples.flatMap(({ masks }) => [...masks[0]!])),
          [4, 16, 16, 1],
        );
        return tf.sub(1, diceLoss({ smooth: 0 })([model.predict(image)].flat()[0] as tf.Tensor4D, masks));
      })
      .data();
    expect(dice[0]).toBeGreaterThan(0.95);
    model.dispose();
  });
});

/** A noisy picture with a brighter disc, and its mask. */
function disc(id: string, y: number, x: number, radius: number): Example {
  const mask = Uint8Array.from(
    { length: 16 * 16 },
    (_, p) => +(Math.hypot((p >> 4) - y, (p & 15) - x) < radius),
  );
  const data = Float32Array.from(
    mask,
    (inside, p) => 0.3 + 0.3 * inside + 0.15 * Math.sin(12.9 * p * p + 7 * radius),
  );
  return { id, image: { data, height: 16, width: 16, channels: 1 }, masks: [mask], diagnosis: 1 };
}
