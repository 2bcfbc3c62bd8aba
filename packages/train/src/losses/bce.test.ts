import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of the ops.
import '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { bce } from './bce.js';
import type { Loss } from './loss.js';

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

  it('refuses a weight that makes no sense', () => {
    expect(() => bce({ positiveWeight: Number.NaN })).toThrow('bce: positiveWeight is NaN');
  });
});
