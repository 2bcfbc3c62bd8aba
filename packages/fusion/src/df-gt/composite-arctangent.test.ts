import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { arctangentProduct } from './composite-arctangent.js';
import { normalValues } from './random.js';

const [batch, rows, channels, outputs] = [2, 5, 6, 3];
const values = [
  normalValues(batch * rows * channels, 2, 1),
  normalValues(batch * channels, 1, 2),
  normalValues(batch * 2 * channels * outputs, 1, 3),
];
const dy = normalValues(batch * rows * outputs, 1, 4);

/** concat(a / 0.67, a² / 0.6) · weights with a = arctan(x + bias), term by term in double precision. */
function expected([x, bias, weights]: ArrayLike<number>[]): number[] {
  return Array.from({ length: batch * rows * outputs }, (_, i) => {
    const [row, k] = [Math.floor(i / outputs), i % outputs];
    const b = Math.floor(row / rows);
    let sum = 0;
    for (let c = 0; c < channels; c++) {
      const a = Math.atan(x![row * channels + c]! + bias![b * channels + c]!);
      const weight = (channel: number) => weights![(b * 2 * channels + channel) * outputs + k]!;
      sum += (a / 0.67) * weight(c) + (a ** 2 / 0.6) * weight(channels + c);
    }
    return sum;
  });
}

describe.each(['cpu', 'wasm'] as const)('arctangentProduct on %s', (engine) => {
  test('is its definition, and has the gradients of numerical differentiation', async () => {
    await useBackend({ prefer: engine });
    const before = tf.memory().numTensors;
    const shapes = [
      [batch, rows, channels],
      [batch, 1, channels],
      [batch, 2 * channels, outputs],
    ];
    const [out, ...gradients] = tf.tidy(() => {
      const f = (...inputs: tf.Tensor[]) =>
        arctangentProduct(...(inputs as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D]));
      const inputs = values.map((array, i) => tf.tensor(array, shapes[i]!));
      const slopes = tf.grads(f)(inputs, tf.tensor3d(dy, [batch, rows, outputs]));
      return [f(...inputs), ...slopes].map((tensor) => tensor.dataSync());
    }) as unknown as Float32Array[];
    expect(tf.memory().numTensors).toBe(before);
    for (const [i, value] of expected(values).entries()) expect(out![i]).toBeCloseTo(value, 4);
    for (const [input, gradient] of gradients.entries()) {
      expect(gradient).toHaveLength(values[input]!.length);
      for (const [at, slope] of gradient.entries()) {
        const moved = (by: number) => {
          const inputs = values.map((array) => Float64Array.from(array));
          inputs[input]![at]! += by;
          return expected(inputs).reduce((sum, value, i) => sum + value * dy[i]!, 0);
        };
        expect(slope).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 3);
      }
    }
  });
});
