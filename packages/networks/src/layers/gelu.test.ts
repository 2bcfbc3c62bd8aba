import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { geluOf, normalCdf } from '../fixtures/plain-loops.js';
import { gelu } from './gelu.js';

describe.each(['cpu', 'wasm'] as const)('gelu on %s', (engine) => {
  beforeAll(() => useBackend({ prefer: engine }));
  const points = [-6, -3, -1, -0.5, -0.01, 0, 0.01, 0.5, 1, 2, 3, 6];

  it('is x·Φ(x) to 1e-6', () =>
    tf.tidy(() => {
      expect(gelu(tf.scalar(1)).dataSync()[0]).toBeCloseTo(0.841344746, 6);
      const values = gelu(tf.tensor1d(points)).dataSync();
      points.forEach((x, i) => {
        expect(Math.abs(values[i]! - geluOf(x))).toBeLessThan(1e-6);
      });
    }));

  it('has the gradient Φ(x) + x·φ(x)', () =>
    tf.tidy(() => {
      const slopes = tf
        .grad((x: tf.Tensor) => gelu(x))(tf.tensor1d(points))
        .dataSync();
      points.forEach((x, i) => {
        const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
        expect(Math.abs(slopes[i]! - (normalCdf(x) + x * density))).toBeLessThan(2e-6);
      });
    }));
});
