import { useBackend } from '@diff/backend';
import { adam, diceLoss, segmentation, train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { discs } from '../fixtures/discs.js';
import { plainBce, sigmoidOf, smallBatch } from '../fixtures/plain-adversarial.js';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { pOsal, pOsalTask } from './posal.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

segmentationSuite('pOsal', { stride: 8, scale: 2, heart: segmentation({ loss: diceLoss() }) });

/** A stand-in for the network: logits 3·x − 1 and 1 − 2·x, the discriminator's the image's rows. */
const forward = (x: tf.Tensor | tf.Tensor[]) => {
  const image = x as tf.Tensor4D;
  const logits = tf.concat([tf.sub(tf.mul(3, image), 1), tf.sub(1, tf.mul(2, image))], 3);
  return [logits, tf.sub(tf.mul(4, tf.mean(image, 2, true)), 2)];
};
const target = [discs()[0]!, discs()[1]!].map(({ image: { data } }) => ({
  image: { data: data.slice(0, 36), height: 6, width: 6, channels: 1 },
}));
/** The discriminator's logits on what a task drew from `target`, by plain numbers. */
const judged = (seed: number) => {
  const { random } = smallBatch(seed);
  return [0, 1].flatMap(() => {
    const { data } = target[random.integer(2)]!.image;
    return Array.from(
      { length: 6 },
      (_, y) => (4 * data.slice(6 * y, 6 * y + 6).reduce((a, b) => a + b, 0)) / 6 - 2,
    );
  });
};

describe('pOsalTask', () => {
  it('is weighted Dice, smoothness where the mask is the same, and the discriminator fooled, by plain loops', () => {
    tf.tidy(() => {
      const batch = smallBatch(5);
      const p = (forward(batch.image)[0] as tf.Tensor4D)
        .arraySync()
        .map((rows) => rows.map((row) => row.map((pixel) => pixel.map(sigmoidOf))));
      const t = batch.masks.arraySync();
      let [dice, smooth] = [0, 0];
      for (const [s, weight] of [0.4, 0.6].entries())
        for (const b of [0, 1]) {
          const pairs = p[b]!.flatMap((row, y) =>
            row.map((pixel, x) => [pixel[s]!, t[b]![y]![x]![s]!] as const),
          );
          const sum = (of: (p: number, t: number) => number) =>
            pairs.reduce((total, pair) => total + of(...pair), 0);
          const top = 2 * sum((p, t) => p * t) + 1e-7;
          dice += (weight / 2) * (1 - top / (sum((p) => p * p) + sum((_, t) => t * t) + 1e-7));
        }
      for (const b of [0, 1])
        for (let y = 1; y < 5; y++)
          for (let x = 1; x < 5; x++)
            for (const s of [0, 1]) {
              const beside = [
                [-1, 0],
                [1, 0],
                [0, -1],
                [0, 1],
              ].map(([i, j]) => [y + i!, x + j!] as const);
              if (beside.every(([v, u]) => t[b]![v]![u]![s] === t[b]![y]![x]![s]))
                for (const [v, u] of beside) smooth += Math.abs(p[b]![y]![x]![s]! - p[b]![v]![u]![s]!) / 64;
            }
      const got = (adversarial: number) =>
        pOsalTask({ target, adversarial }).loss(forward, smallBatch(5)).dataSync()[0]!;
      expect(got(0)).toBeCloseTo(dice + smooth, 5);
      expect(got(0.5)).toBeCloseTo(dice + smooth + 0.5 * plainBce(judged(5), 1), 5);
    });
  });

  it('has a discriminator that learns to say 1 of the labelled and 0 of the target images', () => {
    tf.tidy(() => {
      const [rival] = pOsalTask({ target }).rivals!;
      const source = [...forward(smallBatch(5).image)[1]!.dataSync()];
      const want = plainBce(source, 1) + plainBce(judged(5), 0);
      expect(rival!.loss(forward, smallBatch(5)).dataSync()[0]).toBeCloseTo(want, 5);
    });
  });

  it('without a target takes the batch under other light, within [0, 1], the same for the same seed', () => {
    const seen: number[][] = [];
    const noting = (x: tf.Tensor | tf.Tensor[]) => {
      seen.push([...(x as tf.Tensor).dataSync()]);
      return forward(x);
    };
    tf.tidy(() => {
      for (const seed of [5, 5, 6])
        pOsalTask().loss(noting, { ...smallBatch(5), random: smallBatch(seed).random });
    });
    const [image, lit, , again, , other] = seen as number[][];
    expect(again).toEqual(lit);
    expect(other).not.toEqual(lit);
    expect(lit!.every((value) => value >= 0 && value <= 1)).toBe(true);
    // One contrast and one brightness per image: a line through what was not cut.
    const free = [...lit!.slice(0, 36).entries()].filter(([, value]) => value > 0 && value < 1);
    const [[i, low], [j, high]] = [free[0]!, free.at(-1)!];
    const slope = (high - low) / (image![j]! - image![i]!);
    for (const [k, value] of free) expect(value).toBeCloseTo(low + slope * (image![k]! - image![i]!), 3);
  });

  it('refuses weights that are not one per structure', () => {
    tf.tidy(() => {
      expect(() => pOsalTask({ weights: [1] }).loss(forward, smallBatch(1))).toThrow(
        'pOsalTask: weights is an array of 1, expected 2 numbers, one per structure',
      );
    });
  });
});

describe('pOsal', () => {
  it('has the widths of the official code', () => {
    const model = pOsal({ size: [32, 32], structures: 2 });
    const shape = (name: string) => (model.getLayer(name).output as tfl.SymbolicTensor).shape.slice(1);
    expect(
      ['mobile.0.project.bn', 'mobile.2.add', 'mobile.16.project.bn', 'aspp', 'joined', 'decoder.2'].map(
        shape,
      ),
    ).toEqual([
      [16, 16, 16],
      [8, 8, 24],
      [4, 4, 320],
      [4, 4, 1280],
      [8, 8, 288],
      [8, 8, 256],
    ]);
    // 64, 128, 256, 512, 1 filters of 4 × 4, from 2 channels, without biases.
    const discriminator = model.layers.filter(({ name }) => name.startsWith('discriminator.'));
    const weights = discriminator.reduce((sum, layer) => sum + layer.countParams(), 0);
    expect(weights).toBe(16 * (2 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512));
    model.dispose();
  });

  it('trained, moves the network by its own losses and the discriminator by its own', {
    timeout: 600_000,
  }, async () => {
    const model = pOsal({ width: 4, imageChannels: 1, size: [16, 16], seed: 1 });
    const of = (part: RegExp) =>
      model.trainableWeights
        .filter(({ originalName }) => part.test(originalName))
        .map((w) => [...w.read().dataSync()]);
    const before = [of(/^discriminator/), of(/^(?!discriminator)/)];
    const idle = { ...pOsalTask({ adversarial: 0 }), rivals: [] };
    const optimizer = adam({ learningRate: 0.01 });
    // Without the rival and the adversarial loss nothing reaches the discriminator.
    await train(model, discs(), { task: idle, epochs: 1, batchSize: 4, optimizer });
    expect(of(/^discriminator/)).toEqual(before[0]);
    expect(of(/^(?!discriminator)/)).not.toEqual(before[1]);
    await train(model, discs(), { task: pOsalTask(), epochs: 1, batchSize: 4, optimizer });
    expect(of(/^discriminator/)).not.toEqual(before[0]);
    model.dispose();
  });
});
