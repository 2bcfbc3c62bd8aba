import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchOf, examples, panel } from '../fixtures/multi-rater-suite.js';
import { multiHead, multiHeadPredictor, multiHeadTask } from './multi-head.js';
import { bceOfProbability, weightedMean } from './rater-loss.js';
import { WeightedRaters, wdNet, wdNetPredictor } from './wd-net.js';

beforeAll(() => tf.setBackend('cpu'));

const small = { width: 2, stem: 'cifar', ...panel } as const;

describe('WeightedRaters', () => {
  it('learns the share of each rater in the target', () => {
    const shares = [0.6, 0.3, 0.1];
    const logits = tf.randomNormal([1, 8, 8, 1, 3], 0, 3, 'float32', 4);
    const target = tf.tidy(() => tf.sum(tf.mul(tf.sigmoid(logits), shares), -1));
    const layer = new WeightedRaters({});
    const start = tf.tidy(() => [...(layer.apply(logits) as tf.Tensor).dataSync()]);
    const mean = tf.tidy(() => [...tf.mean(tf.sigmoid(logits), -1).dataSync()]);
    for (const [i, value] of start.entries()) expect(value).toBeCloseTo(mean[i]!, 5);
    const scores = layer.weights[0]!.read() as tf.Variable;
    for (let step = 0; step < 300; step++)
      tf.tidy(() => {
        const loss = () =>
          weightedMean(bceOfProbability(layer.apply(logits) as tf.Tensor, target), tf.scalar(1));
        const { grads } = tf.variableGrads(loss, [scores]);
        scores.assign(tf.sub(scores, tf.mul(20, grads[scores.name]!)));
      });
    const learned = tf.tidy(() => [...layer.shares.dataSync()]);
    for (const [r, share] of shares.entries()) expect(learned[r]).toBeCloseTo(share, 2);
    expect(learned.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    layer.dispose();
    tf.dispose([logits, target]);
  });

  it('sends no gradient to the heads', () => {
    const logits = tf.randomNormal([1, 2, 2, 1, 3], 0, 1, 'float32', 4);
    const layer = new WeightedRaters({});
    const gradient = tf.tidy(() => [
      ...tf
        .grad((x) => tf.sum(layer.apply(x) as tf.Tensor))(logits)
        .dataSync(),
    ]);
    expect(gradient.every((value) => value === 0)).toBe(true);
    layer.dispose();
    logits.dispose();
  });
});

it('wdNet at its start predicts the mean of its heads, as multiHead with the same seed does', () => {
  const [weighted, plain] = [wdNet(small), multiHead(small)];
  const { image } = batchOf(examples(2));
  const [a, b] = tf.tidy(() =>
    [wdNetPredictor(weighted), multiHeadPredictor(plain)].map(({ predict }) => [
      ...predict(image).dataSync(),
    ]),
  ) as [number[], number[]];
  for (const [i, value] of a.entries()) expect(value).toBeCloseTo(b[i]!, 5);
  for (const model of [weighted, plain]) model.dispose();
});

it("multiHead: the loss is the mean over raters who are there of each head's own, and a head learns from its rater alone", () => {
  const batch = batchOf(examples(4, true));
  const logits = tf.randomNormal(batch.raters.shape, 0, 2, 'float32', 9);
  const given = batch.present.dataSync();
  const [x, t] = [logits.dataSync(), batch.raters.dataSync()];
  let [sum, count] = [0, 0];
  for (const [i, value] of x.entries()) {
    const there = given[Math.floor(i / (64 * 6)) * 6 + (i % 6)]!;
    sum += there * (Math.log1p(Math.exp(value)) - t[i]! * value);
    count += there;
  }
  const task = multiHeadTask();
  const loss = tf.tidy(() => task.loss(() => logits, batch).dataSync()[0]!);
  expect(loss).toBeCloseTo(sum / count, 5);
  const slope = tf.tidy(() =>
    tf
      .grad((z) => task.loss(() => z, batch))(logits)
      .arraySync(),
  ) as unknown as number[][][][][];
  // Case 0 has rater 0 alone.
  const magnitude = (r: number) => slope[0]!.flat(2).reduce((total, row) => total + Math.abs(row[r]!), 0);
  expect([magnitude(0) > 0, magnitude(1), magnitude(2)]).toEqual([true, 0, 0]);
  logits.dispose();
});
