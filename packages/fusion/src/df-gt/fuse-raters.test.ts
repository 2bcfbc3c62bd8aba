import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { fuseRaters } from './expertness.js';
import { normalValues } from './random.js';

test.each(['cpu', 'wasm'] as const)(
  'fuseRaters on %s is the weighted sum of the softmax, with the gradient that numerical differentiation gives',
  async (engine) => {
    await useBackend({ prefer: engine });
    const [batch, points, structures, raters] = [2, 3, 2, 4];
    const logits = normalValues(batch * points * raters, 1, 1);
    const s = normalValues(batch * points * structures * raters, 1, 2);
    const dy = normalValues(batch * points * structures, 1, 3);
    const present = Array.from({ length: batch * structures * raters }, (_, i) => Number(i % 3 > 0));
    /** Label and, in it, the sum with dy, in double precision. */
    const fuse = (logits: ArrayLike<number>) => {
      const labels = Array.from({ length: batch * points * structures }, (_, i) => {
        const [b, p, k] = [Math.floor(i / structures / points), Math.floor(i / structures), i % structures];
        const weights = Array.from(
          { length: raters },
          (_, r) => present[(b * structures + k) * raters + r]! * Math.exp(logits[p * raters + r]!),
        );
        const total = weights.reduce((a, b) => a + b);
        return weights.reduce((sum, w, r) => sum + (w / total) * s[(p * structures + k) * raters + r]!, 0);
      });
      return { labels, objective: labels.reduce((sum, label, i) => sum + label * dy[i]!, 0) };
    };
    const [label, gradient] = tf.tidy(() => {
      const annotations = tf.tensor4d(s, [batch, points, structures, raters]);
      const who = tf.tensor4d(present, [batch, 1, structures, raters]);
      const f = (l: tf.Tensor) => fuseRaters(l as tf.Tensor3D, annotations, who);
      const x = tf.tensor3d(logits, [batch, points, raters]);
      const slope = tf.grad(f)(x, tf.tensor3d(dy, [batch, points, structures]));
      return [f(x).dataSync(), slope.dataSync()];
    }) as unknown as [Float32Array, Float32Array];
    fuse(logits).labels.forEach((value, i) => {
      expect(label[i]).toBeCloseTo(value, 5);
    });
    gradient.forEach((value, i) => {
      const at = (delta: number) => fuse(logits.map((l, j) => l + (i === j ? delta : 0))).objective;
      expect(value).toBeCloseTo((at(1e-3) - at(-1e-3)) / 2e-3, 3);
    });
  },
);
