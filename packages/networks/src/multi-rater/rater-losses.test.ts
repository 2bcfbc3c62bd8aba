import '@tensorflow/tfjs-backend-cpu';
import { type Batch, randomStream, type Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchOf, examples, panel } from '../fixtures/multi-rater-suite.js';
import { multiHeadTask } from './multi-head.js';
import { phiSegTask } from './phi-seg.js';
import { probabilisticUnetTask } from './probabilistic-unet.js';
import { stochasticSegmentationTask } from './stochastic-segmentation.js';

beforeAll(() => tf.setBackend('cpu'));

/** Two images that rater 0 alone outlined: whoever is drawn, it is rater 0. What stands where raters are missing must not count. */
const alone = () =>
  batchOf(
    [0, 2].map((i) => examples(4, true)[i]!),
    7,
  );
const [b, h, w, s, r] = [2, 8, 8, panel.structures, panel.raters];

/** The numbers of a tensor whose first axis is the batch, image by image. */
const images = (x: tf.Tensor): number[][] => {
  const data = [...x.dataSync()];
  return Array.from({ length: b }, (_, i) => data.slice((i * data.length) / b, ((i + 1) * data.length) / b));
};
/** Rater 0's masks, image by image. */
const masks = ({ raters }: Required<Batch>) => images(raters).map((all) => all.filter((_, i) => i % r === 0));

const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0);
const bce = (logit: number, y: number) => -Math.log(1 / (1 + Math.exp(y ? -logit : logit)));
const bceSum = (logits: readonly number[], y: readonly number[]) =>
  sum(logits.map((logit, i) => bce(logit, y[i]!)));

/** KL(q ‖ p) of an image's Gaussians, μ and log σ by turns of `n` numbers each, as ∫ q log(q / p) by the trapezoid rule. */
function klOf(q: readonly number[], p: readonly number[], n: number): number {
  const density = (x: number, mean: number, sigma: number) =>
    Math.exp(-(((x - mean) / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));
  let total = 0;
  for (let at = 0; at < q.length; at += 2 * n)
    for (let k = at; k < at + n; k++) {
      const [mq, sq, mp, sp] = [q[k]!, Math.exp(q[k + n]!), p[k]!, Math.exp(p[k + n]!)];
      const step = sq / 200;
      for (let x = mq - 12 * sq; x < mq + 12 * sq; x += step) {
        const ratio = Math.log(sp / sq) + ((x - mp) / sp) ** 2 / 2 - ((x - mq) / sq) ** 2 / 2;
        total += step * density(x, mq, sq) * ratio;
      }
    }
  return total;
}

/** The loss of a task on outputs that are made up, and what the network was given. */
function lossOf(task: Task, batch: Required<Batch>, outputs: tf.Tensor | tf.Tensor[]) {
  let given: { shape: number[]; images: number[][] }[] = [];
  const loss = task.loss!((input) => {
    given = [input].flat().map((x) => ({ shape: x.shape, images: images(x) }));
    return outputs;
  }, batch).dataSync()[0]!;
  return { loss, given };
}
const made = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 0.7, 'float32', seed);

describe('losses, once more in plain numbers', () => {
  it('multiHead: each head by its own rater, missing ones left out', () =>
    tf.tidy(() => {
      const batch = batchOf(examples(2, true), 7);
      const logits = made([b, h, w, s, r], 1);
      const [present, y] = [images(batch.present), images(batch.raters)];
      const each = images(logits).flatMap((own, i) =>
        own.flatMap((logit, at) => (present[i]![at % (s * r)]! ? bce(logit, y[i]![at]!) : [])),
      );
      expect(lossOf(multiHeadTask(), batch, logits).loss).toBeCloseTo(sum(each) / each.length, 5);
    }));

  it('probabilisticUnet: cross-entropy of the posterior’s mask + β · KL(posterior ‖ prior)', () =>
    tf.tidy(() => {
      const batch = alone();
      const latent = 3;
      const [logits, prior, posterior] = [
        made([b, h, w, s], 1),
        made([b, 2 * latent], 2),
        made([b, 2 * latent], 3),
      ];
      const task = probabilisticUnetTask({ ...panel, latent, beta: 2.5 });
      const { loss, given } = lossOf(task, batch, [logits, tf.zerosLike(logits), prior, posterior]);
      const y = masks(batch);
      const [q, p] = [images(posterior), images(prior)];
      const expected = images(logits).map((own, i) => bceSum(own, y[i]!) + 2.5 * klOf(q[i]!, p[i]!, latent));
      expect(loss / (sum(expected) / b)).toBeCloseTo(1, 5);
      expect(given[1]!.images).toEqual(y);
    }));

  it('phiSeg: cross-entropy at every level + 4^level · KL there, the posterior seeing mask − ½', () =>
    tf.tidy(() => {
      const batch = alone();
      const learned = [made([b, h, w, s], 1), made([b, h, w, s], 2)];
      const gaussians = [0, 1, 2, 3].map((i) => made([b, 2 >> (i % 2), 2 >> (i % 2), 4], 10 + i));
      const [fine, coarse, posteriorFine, posteriorCoarse] = gaussians as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const outputs = [...learned, tf.zeros([b, h, w, s]), tf.zeros([b, h, w, s]), ...gaussians];
      const { loss, given } = lossOf(phiSegTask({ ...panel, levels: 4 }), batch, outputs);
      const y = masks(batch);
      const kl = (q: tf.Tensor, p: tf.Tensor) => sum(images(q).map((own, i) => klOf(own, images(p)[i]!, 2)));
      const entropies = learned.map((logits) => sum(images(logits).map((own, i) => bceSum(own, y[i]!))));
      const expected = sum(entropies) + kl(posteriorFine, fine) + 4 * kl(posteriorCoarse, coarse);
      expect(loss / (expected / b)).toBeCloseTo(1, 5);
      expect(given[1]!.images).toEqual(y.map((own) => own.map((value) => value - 0.5)));
      expect(given.slice(2).map(({ shape }) => shape)).toEqual([
        [b, 2, 2, 2],
        [b, 1, 1, 2],
      ]);
    }));

  it('stochasticSegmentation: −log of the mean likelihood over samples of low-rank Gaussian logits', () =>
    tf.tidy(() => {
      const batch = alone();
      const [rank, samples] = [2, 3];
      const [mean, factor, deviation] = [
        made([b, h, w, s], 1),
        made([b, h, w, s, rank], 2),
        made([b, h, w, s], 3),
      ];
      const task = stochasticSegmentationTask({ ...panel, rank, samples });
      const { loss } = lossOf(task, batch, [mean, factor, deviation]);
      // The same numbers: first the draw of a rater, then for each sample those of the factors and those of the pixels.
      const random = randomStream(5);
      for (let i = 0; i < b * r; i++) random.uniform();
      const normals = (count: number) => Array.from({ length: count }, () => random.normal());
      const [y, m, f, d] = [masks(batch), images(mean), images(factor), images(deviation)];
      const likelihoods = y.map((): number[] => []);
      for (let k = 0; k < samples; k++) {
        const [shared, own] = [normals(b * rank), normals(b * h * w * s)];
        for (let i = 0; i < b; i++) {
          const logits = m[i]!.map((value, at) => {
            const together = sum(
              Array.from({ length: rank }, (_, q) => f[i]![at * rank + q]! * shared[i * rank + q]!),
            );
            return value + together + Math.exp(d[i]![at]!) * own[i * h * w * s + at]!;
          });
          likelihoods[i]!.push(-bceSum(logits, y[i]!));
        }
      }
      const expected = likelihoods.map((logs) => {
        const most = Math.max(...logs);
        return -(most + Math.log(sum(logs.map((log) => Math.exp(log - most))) / samples));
      });
      expect(loss / (sum(expected) / b)).toBeCloseTo(1, 4);
    }));
});
