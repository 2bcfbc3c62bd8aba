import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of the ops.
import '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { bce, diceLoss, type Loss, weightedSum } from './losses.js';

beforeAll(() => tf.setBackend('cpu'));

const of = (loss: Loss, logits: number[], target: number[]) =>
  tf.tidy(
    () =>
      loss(tf.tensor2d(logits, [logits.length, 1]), tf.tensor2d(target, [target.length, 1])).dataSync()[0]!,
  );

describe('bce', () => {
  const pairs = fc.array(
    fc.tuple(fc.double({ min: -12, max: 12, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    {
      minLength: 1,
      maxLength: 8,
    },
  );

  it('is −[w·t·log σ(x) + (1 − t)·log(1 − σ(x))], averaged', () => {
    fc.assert(
      fc.property(pairs, fc.double({ min: 0.1, max: 10, noNaN: true }), (list, w) => {
        const terms = list.map(
          ([x, t]) => w * t * Math.log1p(Math.exp(-x)) + (1 - t) * Math.log1p(Math.exp(x)),
        );
        const want = terms.reduce((sum, term) => sum + term, 0) / terms.length;
        const got = of(
          bce({ positiveWeight: w }),
          list.map(([x]) => x),
          list.map(([, t]) => t),
        );
        expect(Math.abs(got - want)).toBeLessThan(1e-5 * (1 + want));
      }),
    );
  });

  it('neither overflows nor loses its gradient at huge logits', () => {
    expect(of(bce(), [1000, -1000], [0, 1])).toBe(1000);
    expect(of(bce(), [1000, -1000], [1, 0])).toBe(0);
    const slope = (x: number, t: number) =>
      tf.tidy(
        () =>
          tf
            .grad((logit) => bce({ positiveWeight: 3 })(logit, tf.tensor1d([t])))(tf.tensor1d([x]))
            .dataSync()[0]!,
      );
    expect(slope(1000, 0)).toBe(1);
    expect(slope(-1000, 1)).toBe(-3);
    // At 0 the slope is (1 − t)·σ − w·t·(1 − σ).
    expect(slope(0.5, 1)).toBeCloseTo(-3 / (1 + Math.exp(0.5)), 5);
  });
});

describe('diceLoss', () => {
  it('is 1 − (2Σpt + s) / (Σp + Σt + s) for each structure, averaged', () => {
    const logits = [0.3, -1, 2, 0.7, -0.2, 1.5, 0, -3];
    const target = [1, 0, 1, 1, 0, 1, 0.5, 0];
    const p = logits.map((x) => 1 / (1 + Math.exp(-x)));
    const dice = [0, 1].map((s) => {
      const own = [0, 1, 2, 3].map((i) => 2 * i + s);
      const sum = (f: (i: number) => number) => own.reduce((total, i) => total + f(i), 0);
      return (
        1 - (2 * sum((i) => p[i]! * target[i]!) + 0.5) / (sum((i) => p[i]!) + sum((i) => target[i]!) + 0.5)
      );
    });
    tf.tidy(() => {
      const loss = diceLoss({ smooth: 0.5 })(
        tf.tensor4d(logits, [1, 2, 2, 2]),
        tf.tensor4d(target, [1, 2, 2, 2]),
      );
      expect(loss.dataSync()[0]).toBeCloseTo((dice[0]! + dice[1]!) / 2, 6);
    });
  });

  it('is 0 for an empty mask that is predicted as empty', () => {
    const loss = tf.tidy(() => diceLoss()(tf.fill([1, 2, 2, 1], -100), tf.zeros([1, 2, 2, 1])).dataSync()[0]);
    expect(loss).toBeCloseTo(0, 6);
  });
});

it('weightedSum adds its losses up', () => {
  const sum = weightedSum([2, bce()], [0.5, bce({ positiveWeight: 4 })]);
  const [x, t] = [
    [0.4, -2],
    [1, 0],
  ];
  expect(of(sum, x!, t!)).toBeCloseTo(
    2 * of(bce(), x!, t!) + 0.5 * of(bce({ positiveWeight: 4 }), x!, t!),
    5,
  );
});

it('losses refuse settings that make no sense', () => {
  expect(() => bce({ positiveWeight: Number.NaN })).toThrow('bce: positiveWeight is NaN');
  expect(() => diceLoss({ smooth: -1 })).toThrow('diceLoss: smooth is -1');
});
