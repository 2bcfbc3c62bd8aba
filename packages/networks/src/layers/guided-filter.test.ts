import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { randomStream } from '@diff/train';
import { beforeAll, describe, expect, it } from 'vitest';
import { GuidedFilter } from './guided-filter.js';

// The plain engine has no gradient of resizing where height and width differ.
beforeAll(() => useBackend({ prefer: 'wasm' }));

const [h, w, c] = [5, 6, 2];
const shapes = [
  [1, h, w, c],
  [1, h, w, c],
  [1, 2 * h, 2 * w, c],
  [1, h, w, 1],
] as [number, number, number, number][];
const random = randomStream(4);
const values = shapes.map(([, y, x, d]) => Array.from({ length: y * x * d }, () => random.uniform(0.1, 1)));
const [guide, feature, fine, attention] = values as [number[], number[], number[], number[]];

type At = (y: number, x: number) => number;

/** The mean of f over the window around (y, x). */
function windowMean(f: At, y: number, x: number, radius: number): number {
  let [sum, count] = [0, 0];
  for (let i = Math.max(0, y - radius); i <= Math.min(h - 1, y + radius); i++)
    for (let j = Math.max(0, x - radius); j <= Math.min(w - 1, x + radius); j++) {
      sum += f(i, j);
      count++;
    }
  return sum / count;
}

/** Bilinear with the corners aligned. */
function raised(f: At, y: number, x: number): number {
  const [v, u] = [(y * (h - 1)) / (2 * h - 1), (x * (w - 1)) / (2 * w - 1)];
  const [i, j] = [Math.min(Math.floor(v), h - 2), Math.min(Math.floor(u), w - 2)];
  const row = (at: number) => f(at, j) * (1 - u + j) + f(at, j + 1) * (u - j);
  return row(i) * (1 - v + i) + row(i + 1) * (v - i);
}

const memo = (f: At): At => {
  const all = Array.from({ length: h * w }, (_, p) => f(Math.floor(p / w), p % w));
  return (y, x) => all[y * w + x]!;
};

/** The filter pixel by pixel, in doubles: `line` gives a and b of a window. */
function filtered(
  line: (channel: number, y: number, x: number) => [number, number],
  radius: number,
): number[] {
  const out = Array.from({ length: 4 * h * w * c }, () => 0);
  for (let k = 0; k < c; k++) {
    const [a, b] = [0, 1].map((i) =>
      memo((y, x) =>
        windowMean(
          memo((v, u) => line(k, v, u)[i]!),
          y,
          x,
          radius,
        ),
      ),
    );
    for (let y = 0; y < 2 * h; y++)
      for (let x = 0; x < 2 * w; x++) {
        const at = (y * 2 * w + x) * c + k;
        out[at] = raised(a!, y, x) * fine[at]! + raised(b!, y, x);
      }
  }
  return out;
}

const apply = (layer: GuidedFilter, inputs: readonly number[][]) =>
  layer.apply(inputs.map((each, i) => tf.tensor4d(each, shapes[i]!))) as tf.Tensor4D;

describe('GuidedFilter', () => {
  it('with a constant attention is the fast guided filter: a line fitted by least squares in every window', () => {
    const [radius, epsilon] = [1, 0.05];
    const want = filtered((k, y, x) => {
      const [i, p] = [guide, feature].map(
        (of): At =>
          (v, u) =>
            of[(v * w + u) * c + k]!,
      ) as [At, At];
      const mean = (f: At) => windowMean(f, y, x, radius);
      const covariance = mean((v, u) => i(v, u) * p(v, u)) - mean(i) * mean(p);
      const a = covariance / (mean((v, u) => i(v, u) ** 2) - mean(i) ** 2 + epsilon);
      return [a, mean(p) - a * mean(i)];
    }, radius);
    const got = tf.tidy(() =>
      apply(new GuidedFilter({ radius, epsilon }), [guide, feature, fine, attention.map(() => 1)]).dataSync(),
    );
    for (const [i, value] of want.entries()) expect(got[i]).toBeCloseTo(value, 4);
  });

  it('with an attention is the formula of the paper, T divided by its sum over the window', () => {
    const radius = 2;
    const want = filtered((k, y, x) => {
      const [i, p] = [guide, feature].map(
        (of): At =>
          (v, u) =>
            of[(v * w + u) * c + k]!,
      ) as [At, At];
      const t: At = (v, u) => attention[v * w + u]!;
      const mean = (f: At) => windowMean(f, y, x, radius);
      const total = mean(t);
      const share = mean((v, u) => (t(v, u) / total) * t(v, u) * i(v, u));
      const top =
        mean((v, u) => t(v, u) ** 2 * i(v, u) * p(v, u)) - share * mean((v, u) => t(v, u) * p(v, u));
      const below = mean((v, u) => (t(v, u) * i(v, u)) ** 2) - share * mean((v, u) => t(v, u) * i(v, u));
      const a = top / (Math.abs(below) + 0.01);
      return [a, (mean((v, u) => t(v, u) * p(v, u)) - a * mean((v, u) => t(v, u) * i(v, u))) / total];
    }, radius);
    const got = tf.tidy(() => apply(new GuidedFilter(), values).dataSync());
    for (const [i, value] of want.entries()) expect(got[i]).toBeCloseTo(value, 4);
  });

  it('has the gradient of central differences by guide, feature, fine guide and attention', () => {
    const layer = new GuidedFilter();
    const weights = Array.from({ length: 4 * h * w * c }, () => random.uniform(-1, 1));
    const score = (inputs: tf.Tensor[]) =>
      tf.sum(tf.mul(layer.apply(inputs) as tf.Tensor, tf.tensor(weights, shapes[2]!))) as tf.Scalar;
    const gradients = tf.tidy(() =>
      tf
        .grads((...inputs) => score(inputs))(values.map((each, i) => tf.tensor4d(each, shapes[i]!)))
        .map((g) => [...g.dataSync()]),
    );
    for (const [which, each] of values.entries()) {
      const direction = each.map(() => random.uniform(-1, 1));
      const at = (step: number) =>
        tf.tidy(() => {
          const moved = values.map((own, i) =>
            own.map((v, j) => (i === which ? v + step * direction[j]! : v)),
          );
          return score(moved.map((own, i) => tf.tensor4d(own, shapes[i]!))).dataSync()[0]!;
        });
      const slope = (at(1e-2) - at(-1e-2)) / 2e-2;
      const product = gradients[which]!.reduce((sum, g, j) => sum + g * direction[j]!, 0);
      expect(Math.abs(product - slope)).toBeLessThan(0.01 * (1 + Math.abs(slope)));
    }
  });
});
