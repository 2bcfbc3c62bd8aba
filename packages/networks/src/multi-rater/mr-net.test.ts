import { useBackend } from '@diff/backend';
import { adam, train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchOf, examples, panel } from '../fixtures/multi-rater-suite.js';
import { mrNet, mrNetPredictor, mrNetTask } from './mr-net.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

describe('mrNet', () => {
  it('gives another map under every condition', () => {
    const model = mrNet({ width: 4, stem: 'cifar', seed: 2, ...panel });
    const distances = tf.tidy(() => {
      const { image } = batchOf(examples(2));
      const { predict, predictRaters } = mrNetPredictor(model);
      const maps = [predict(image), ...tf.unstack(predictRaters!(image), 4)];
      return maps.flatMap((a, i) =>
        maps.slice(i + 1).map((b) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!),
      );
    });
    model.dispose();
    expect(distances.length).toBe(6);
    expect(Math.min(...distances)).toBeGreaterThan(1e-5);
  });

  it('follows its condition: the area of each map is closest to that of its rater', async () => {
    const options = { width: 4, stem: 'cifar', seed: 2, ...panel } as const;
    const model = mrNet(options);
    const list = examples(12);
    const task = mrNetTask(options);
    await train(model, list, { task, epochs: 180, batchSize: 12, optimizer: adam({ learningRate: 1e-2 }) });
    const { raters, image } = batchOf(list);
    const [got, want, mean] = tf.tidy(() => {
      const { predict, predictRaters } = mrNetPredictor(model);
      const area = (maps: tf.Tensor) => [...tf.mean(tf.sum(maps, [1, 2]), [0, 1]).dataSync()];
      return [area(predictRaters!(image)), area(raters), area(tf.expandDims(predict(image), 4))];
    });
    model.dispose();
    for (const area of got!)
      expect(
        want!.every((other) => Math.abs(area - want![got!.indexOf(area)]!) <= Math.abs(area - other)),
      ).toBe(true);
    expect(got![0]).toBeLessThan(mean![0]!);
    expect(mean![0]).toBeLessThan(got![2]!);
  }, 300_000);

  it('has a gradient from the loss between reconstruction features to the coarse prediction', () => {
    const model = mrNet({ width: 2, stem: 'cifar', ...panel });
    const kernel = model.getLayer('coarse').weights[0]!.read() as tf.Variable;
    const largest = tf.tidy(() => {
      const { image } = batchOf(examples(2));
      const inputs = [image, tf.fill([2, 3], 1 / 3), tf.ones([2, 8, 8, 2])];
      const distance = () => {
        const [, , , predicted, truth] = model.apply(inputs, { training: true }) as tf.Tensor[];
        return tf.mean(tf.squaredDifference(predicted!, truth!)) as tf.Scalar;
      };
      const { grads } = tf.variableGrads(distance, [kernel]);
      return tf.max(tf.abs(grads[kernel.name]!)).dataSync()[0]!;
    });
    model.dispose();
    expect(largest).toBeGreaterThan(0);
  });

  it('weighs the three conditions 3 : 2 : 1, and the terms as the official code', () => {
    const batch = batchOf(examples(2));
    const seen: number[][] = [];
    const logit = (p: number) => Math.log(p / (1 - p));
    const loss = tf.tidy(() => {
      const outputs = (input: tf.Tensor | tf.Tensor[]) => {
        const [, condition, target] = input as tf.Tensor[];
        seen.push([...condition!.dataSync()]);
        const [b, h, w, s] = target!.shape as [number, number, number, number];
        return [
          tf.fill([b, h, w, s], logit(0.2)),
          tf.fill([b, h, w, s], logit(0.4)),
          tf.zeros([b, h, w, s, 3]),
          tf.zeros([b, 2, 2, 1]),
          tf.fill([b, 2, 2, 1], 2),
        ];
      };
      return mrNetTask(panel).loss(outputs, batch).dataSync()[0]!;
    });
    expect(seen.length).toBe(3);
    expect(seen[0]!.every((share) => Math.abs(share - 1 / 3) < 1e-6)).toBe(true);
    expect([...seen[2]!].sort()).toEqual([0, 0, 0, 0, 1, 1]);
    const raters = batch.raters.dataSync();
    const bce = (share: number[], p: number) => {
      let sum = 0;
      for (let i = 0; i < raters.length / 3; i++) {
        const b = Math.floor(i / 128);
        const t = [0, 1, 2].reduce((total, r) => total + share[3 * b + r]! * raters[3 * i + r]!, 0);
        sum -= t * Math.log(p) + (1 - t) * Math.log(1 - p);
      }
      return sum / (raters.length / 3);
    };
    const each = seen.map((share) => 0.7 * bce(share, 0.2) + bce(share, 0.4) + 0.3 * 4 + Math.log(2));
    expect(loss).toBeCloseTo((3 * each[0]! + 2 * each[1]! + each[2]!) / 6, 4);
  });
});
