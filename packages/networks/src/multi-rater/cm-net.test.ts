import { useBackend } from '@diff/backend';
import { adam, randomStream, train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchOf, examples } from '../fixtures/multi-rater-suite.js';
import { cmNet, cmNetPredictor, cmNetTask } from './cm-net.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

/** [false positives, sensitivity] of each rater, pixel by pixel. */
const rates = [
  [0.02, 0.98],
  [0.02, 0.6],
  [0.3, 0.98],
] as const;

/** Squares with raters of these errors. */
const noisy = (count: number) =>
  examples(count).map((example, i) => {
    const random = randomStream(31, i);
    const truth = example.raters![0]![0]!;
    const raters = [
      rates.map(([falsely, rightly]) =>
        Uint8Array.from(truth, (t) => Number(random.uniform() < (t ? rightly : falsely))),
      ),
    ];
    return { ...example, masks: [truth], raters };
  });

describe('cmNet', () => {
  it('recovers what each rater makes of the inside and of the outside', async () => {
    const options = { width: 4, stem: 'cifar', imageChannels: 1, structures: 1, raters: 3, seed: 2 } as const;
    const model = cmNet(options);
    const list = noisy(24);
    const task = cmNetTask(options);
    await train(model, list, { task, epochs: 40, batchSize: 8, optimizer: adam({ learningRate: 5e-3 }) });
    const { image } = batchOf(list);
    const [maps, truth] = tf.tidy(() => [
      [...cmNetPredictor(model).predictRaters!(image).dataSync()],
      list.flatMap(({ masks }) => [...masks[0]!]),
    ]) as [number[], number[]];
    model.dispose();
    for (const [r, [falsely, rightly]] of rates.entries())
      for (const [t, rate] of [
        [0, falsely],
        [1, rightly],
      ] as const) {
        const own = truth.flatMap((value, i) => (value === t ? [maps[3 * i + r]!] : []));
        expect(Math.abs(own.reduce((a, b) => a + b) / own.length - rate)).toBeLessThan(0.12);
      }
  });

  it('has the loss of the paper: cross-entropy of the confused truth, plus the trace', () => {
    const batch = batchOf(examples(2, true));
    const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);
    const shape = batch.raters.shape;
    const outputs = [normal(shape.slice(0, 4), 1), normal(shape, 2), normal(shape, 3)];
    const loss = tf.tidy(
      () =>
        cmNetTask({ trace: 0.3 })
          .loss(() => outputs, batch)
          .dataSync()[0]!,
    );
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const [z, a, c] = outputs.map((x) => x.dataSync());
    const [masks, present] = [batch.raters.dataSync(), batch.present.dataSync()];
    let [sum, count] = [0, 0];
    for (let i = 0; i < masks.length; i++) {
      const there = present[Math.floor(i / (64 * 6)) * 6 + (i % 6)]!;
      const [p, specificity, sensitivity] = [
        sigmoid(z![Math.floor(i / 3)]!),
        sigmoid(a![i]! + 3),
        sigmoid(c![i]! + 3),
      ];
      const q = sensitivity * p + (1 - specificity) * (1 - p);
      sum += there * (-Math.log(masks[i] ? q : 1 - q) + 0.3 * (specificity + sensitivity));
      count += there;
    }
    expect(loss).toBeCloseTo(sum / count, 4);
    tf.dispose(outputs);
  });
});
