import { useBackend } from '@diff/backend';
import { dawidSkene } from '@diff/fusion';
import { adam, type Example, randomStream, train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchOf } from '../fixtures/multi-rater-suite.js';
import { aggNet, aggNetPredictor, aggNetTask, expectation } from './agg-net.js';
import { START, startTable } from './rater-tally.js';
import { confusionOf, tally } from './votes.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

/** [P(1 | 0), P(1 | 1)] of each rater. */
const rates = [
  [0.05, 0.95],
  [0.2, 0.9],
  [0.1, 0.6],
  [0.5, 0.5],
] as const;
const side = 16;

/** Squares whose brightness is `contrast` above the background, outlined by raters with the errors `rates`, pixel by pixel. */
function cases(count: number, contrast: number, missing = false): (Example & { truth: number[] })[] {
  return Array.from({ length: count }, (_, i) => {
    const random = randomStream(3, i);
    const [top, left, size] = [random.integer(6), random.integer(6), 6 + random.integer(4)];
    const truth = Array.from({ length: side * side }, (_, p) => {
      const [y, x] = [Math.floor(p / side) - top, (p % side) - left];
      return Number(y >= 0 && x >= 0 && y < size && x < size);
    });
    const masks = rates.map(([falsely, rightly], r) =>
      missing && r === i % 4
        ? null
        : Uint8Array.from(truth, (t) => Number(random.uniform() < (t ? rightly : falsely))),
    );
    const data = Float32Array.from(truth, (t) => 0.5 + contrast * (t - 0.5));
    return {
      id: `case ${i}`,
      image: { data, height: side, width: side, channels: 1 },
      masks: [masks.find(Boolean)!],
      raters: [masks],
      truth,
    };
  });
}

/** Expectation–maximisation as the paper writes it, on lists of votes, with h the same everywhere. */
function plainEm(votes: (number | null)[][], h: number, steps: number) {
  let pi = votes.map(() => [
    [START, 1 - START],
    [1 - START, START],
  ]);
  const items = votes[0]!.map((_, i) => i);
  let mu: number[] = [];
  for (let step = 0; step < steps; step++) {
    mu = items.map((i) => {
      const [outside, inside] = [1 - h, h].map((own, c) =>
        votes.reduce(
          (product, vote, r) => (vote[i] === null ? product : product * (pi[r]![c]![vote[i]!]! + 1e-4)),
          own + 1e-3,
        ),
      ) as [number, number];
      return inside / (inside + outside);
    });
    pi = votes.map((vote) =>
      [0, 1].map((c) => {
        const seen = items.filter((i) => vote[i] !== null);
        const weight = (i: number) => (c ? mu[i]! : 1 - mu[i]!);
        const all = seen.reduce((sum, i) => sum + weight(i), 0);
        return [0, 1].map((k) => seen.reduce((sum, i) => sum + (vote[i] === k ? weight(i) : 0), 0) / all);
      }),
    );
  }
  return { mu, pi };
}

/** The tensor steps on one batch, with h the same everywhere and every pixel counted. */
function tensorEm(list: Example[], h: number, steps: number, filler = 0) {
  return tf.tidy(() => {
    const { raters, present } = batchOf(list, filler);
    let table = startTable(1, rates.length);
    let mu: tf.Tensor4D = tf.zeros([list.length, side, side, 1]);
    for (let step = 0; step < steps; step++) {
      mu = expectation(tf.fill(mu.shape, h), confusionOf(table), raters, present);
      table = tally(mu, tf.onesLike(mu), raters, present);
    }
    return { mu: [...mu.dataSync()], pi: confusionOf(table).arraySync()[0]! };
  });
}
const votesOf = (list: Example[]) =>
  rates.map((_, r) =>
    list.flatMap(({ raters }) => (raters![0]![r] ? [...raters![0]![r]!] : Array(side * side).fill(null))),
  );
const largest = (a: number[], b: number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

describe('aggNet', () => {
  it.each([false, true])('is its own EM in plain loops (raters missing: %s)', (missing) => {
    const list = cases(4, 0, missing);
    for (const steps of [1, 2, 10]) {
      const want = plainEm(votesOf(list), 0.3, steps);
      const got = tensorEm(list, 0.3, steps);
      expect(largest(got.mu, want.mu)).toBeLessThan(2e-4);
      expect(largest(got.pi.flat(2), want.pi.flat(2))).toBeLessThan(2e-4);
    }
  });

  it('without help of the image is the estimate of Dawid and Skene', () => {
    const list = cases(6, 0);
    const ds = dawidSkene(votesOf(list), { classes: 2 });
    // Their prior is learned as well; with it in the place of h both have one fixed point.
    const { mu, pi } = tensorEm(list, ds.prior[1]!, 300);
    expect(
      largest(
        pi.flat(2),
        ds.confusion.flatMap((matrix) => [...matrix!]),
      ),
    ).toBeLessThan(0.01);
    expect(
      largest(
        mu,
        [...ds.probability].filter((_, i) => i % 2),
      ),
    ).toBeLessThan(0.05);
  });

  it('takes a missing vote neither for class 0 nor into a denominator', () => {
    const list = cases(4, 0, true);
    expect(tensorEm(list, 0.5, 5, 0.9)).toEqual(tensorEm(list, 0.5, 5, 0));
    // Would a missing vote count as 0, every rater would seem to miss a quarter of the inside more.
    const sensitivity = tensorEm(list, 0.2, 20).pi.map((matrix) => matrix[1]![1]!);
    expect(sensitivity[0]).toBeGreaterThan(0.9);
  });

  it('learned on images, recovers the confusion matrices, finds the best raters, and predicts from the image', async () => {
    const list = cases(24, 0.8, true);
    const model = aggNet({ width: 4, stem: 'cifar', imageChannels: 1, raters: 4, momentum: 0.3, warmUp: 6 });
    await train(model, list, {
      task: aggNetTask(),
      epochs: 16,
      batchSize: 8,
      optimizer: adam({ learningRate: 5e-3 }),
    });
    const { fuse, predict } = aggNetPredictor(model);
    const [first] = list as [(typeof list)[0]];
    const { fused, selfFused, confusion, expertness } = await fuse!(first);
    for (const [r, [falsely, rightly]] of rates.entries()) {
      expect(Math.abs(confusion[0]![r]![1]! - falsely)).toBeLessThan(0.08);
      expect(Math.abs(confusion[0]![r]![3]! - rightly)).toBeLessThan(0.08);
    }
    // Rater 0 is missing in the first case; rater 3 guesses.
    expect(expertness[0]![0]).toBe(0);
    expect(expertness[0]!.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    expect(expertness[0]![3]).toBeLessThan(0.15);
    expect(selfFused[0]!.every((value) => value >= 0 && value <= 1 + 1e-6)).toBe(true);
    const wrong = (map: ArrayLike<number>) =>
      first.truth.filter((t, i) => (map[i]! > 0.5 ? 1 : 0) !== t).length;
    expect(wrong(fused[0]!)).toBeLessThan(8);
    const predicted = tf.tidy(() => predict(tf.tensor4d(first.image.data, [1, side, side, 1])).dataSync());
    expect(wrong(predicted)).toBeLessThan(16);
    model.dispose();
  });
});
