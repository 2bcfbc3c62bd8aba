import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { compositeArctangent } from './composite-arctangent.js';
import { normalValues } from './random.js';

const f = (z: number) => [Math.atan(z) / 0.67, Math.atan(z) ** 2 / 0.6] as const;

describe.each(['cpu', 'wasm'] as const)('compositeArctangent on %s', (engine) => {
  test('is a / 0.67 and a² / 0.6 with a = arctan(x + bias), and has the gradients of the definition', async () => {
    await useBackend({ prefer: engine });
    const [batch, rows, columns] = [2, 5, 6];
    const x = normalValues(batch * rows * columns, 2, 1);
    const bias = normalValues(batch * columns, 1, 2);
    const dy = normalValues(2 * batch * rows * columns, 1, 3);
    const before = tf.memory().numTensors;
    const [out, dx, dbias] = tf.tidy(() => {
      const inputs = [
        tf.tensor3d(x, [batch, rows, columns]),
        tf.tensor3d(bias, [batch, 1, columns]),
      ] as const;
      const slopes = tf.grads((x, bias) => compositeArctangent(x as tf.Tensor3D, bias as tf.Tensor3D));
      const gradients = slopes([...inputs], tf.tensor3d(dy, [batch, rows, 2 * columns]));
      return [compositeArctangent(...inputs), ...gradients].map((tensor) => tensor.dataSync());
    }) as unknown as Float32Array[];
    expect(tf.memory().numTensors).toBe(before);
    const slopes = new Float64Array(batch * columns);
    x.forEach((value, i) => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      const [left, right] = [2 * row * columns + column, (2 * row + 1) * columns + column];
      const own = Math.floor(row / rows) * columns + column;
      const at = value + bias[own]!;
      expect(out![left]).toBeCloseTo(f(at)[0], 5);
      expect(out![right]).toBeCloseTo(f(at)[1], 5);
      const [above, below] = [f(at + 1e-5), f(at - 1e-5)];
      const slope = (dy[left]! * (above[0] - below[0]) + dy[right]! * (above[1] - below[1])) / 2e-5;
      expect(dx![i]).toBeCloseTo(slope, 4);
      slopes[own]! += slope;
    });
    dbias!.forEach((value, i) => {
      expect(value).toBeCloseTo(slopes[i]!, 3);
    });
  });
});
