import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { arctangentModule } from '../../codegen/arctangent-module.js';
import { four, one } from '../../codegen/assembler.js';
import { uniform } from '../../fixtures/parity.js';
import { registerWasmTraining } from '../../index.js';

beforeAll(async () => {
  registerWasmTraining();
  await tf.setBackend('wasm');
});

const run = (name: string, inputs: Record<string, tf.Tensor>) =>
  tf.engine().runKernel(name, inputs) as tf.Tensor;

/** The kernel's a / 0.67 and a² / 0.6 at each x, with a bias of 0, worked through in rows of so many columns. */
function valuesAt(x: number[] | Float32Array, columns: number): [number, number][] {
  const values = tf.tidy(() =>
    run('CompositeArctangent', {
      x: tf.tensor3d(x, [1, x.length / columns, columns]),
      bias: tf.zeros([1, 1, columns]),
    }).dataSync(),
  );
  return Array.from(x, (_, i) => {
    const at = Math.floor(i / columns) * 2 * columns + (i % columns);
    return [values[at]!, values[at + columns]!];
  });
}

describe('the composite arctangent on wasm', () => {
  it('is within 5 units in the last place of the arctangent in double precision', () => {
    const x = Float32Array.from({ length: 200_000 }, (_, i) => (i % 2 ? 1 : -1) * 10 ** (i / 1e4 - 10));
    const found = [valuesAt(x, 8), valuesAt(x, 1)];
    let worst = 0;
    x.forEach((value, i) => {
      const exact = Math.atan(value) / 0.67;
      const unit = 2 ** (Math.floor(Math.log2(Math.abs(exact))) - 23);
      for (const values of found) worst = Math.max(worst, Math.abs(values[i]![0] - exact) / unit);
    });
    expect(worst).toBeLessThan(5);
  });

  it.each([4, 1])(
    'is right at 0 and infinity, and NaN where there is no number, in rows of %i',
    (columns) => {
      const x = [0, -0, Infinity, -Infinity, 1, -1, Number.NaN, Number.NaN];
      for (const [i, [first, second]] of valuesAt(x, columns).entries()) {
        const a = Math.atan(x[i]!);
        for (const error of [first - a / 0.67, second - a ** 2 / 0.6]) {
          expect(Number.isNaN(error)).toBe(i > 5);
          if (i < 6) expect(Math.abs(error)).toBeLessThan(1e-6);
        }
      }
    },
  );

  it('and its gradient are their definitions for every shape', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 13 }),
        (batch, rows, columns) => {
          const shape = [batch, rows, columns];
          const x = uniform(shape, 1).data.map((value) => 4 * value);
          const bias = uniform([batch, 1, columns], 2).data;
          const dy = uniform([batch, rows, 2 * columns], 3).data;
          const [out, dx] = tf.tidy(() => {
            const inputs = { x: tf.tensor(x, shape), bias: tf.tensor(bias, [batch, 1, columns]) };
            const out = run('CompositeArctangent', inputs);
            const slope = { out, dy: tf.tensor(dy, out.shape) };
            const dx = run('CompositeArctangentGrad', { ...inputs, ...slope });
            expect(out.shape).toEqual([batch, rows, 2 * columns]);
            expect(dx.shape).toEqual(shape);
            return [out.dataSync(), dx.dataSync()];
          }) as unknown as [Float32Array, Float32Array];
          x.forEach((value, i) => {
            const [row, column] = [Math.floor(i / columns), i % columns];
            const [left, right] = [2 * row * columns + column, (2 * row + 1) * columns + column];
            const at = value + bias[Math.floor(row / rows) * columns + column]!;
            const f = (z: number) => [Math.atan(z) / 0.67, Math.atan(z) ** 2 / 0.6] as const;
            expect(out[left]).toBeCloseTo(f(at)[0], 5);
            expect(out[right]).toBeCloseTo(f(at)[1], 5);
            const [above, below] = [f(at + 1e-5), f(at - 1e-5)];
            const slope = dy[left]! * (above[0] - below[0]) + dy[right]! * (above[1] - below[1]);
            expect(dx[i]).toBeCloseTo(slope / 2e-5, 4);
          });
        },
      ),
      { numRuns: 60, seed: 3 },
    ));

  it('has modules that are small, and valid without SIMD and in a shared memory', () => {
    for (const kind of ['forward', 'backward'] as const)
      for (const lanes of [four, one])
        for (const shared of [false, true]) {
          const bytes = arctangentModule(kind, lanes, shared);
          expect(bytes.length).toBeLessThan(4096);
          expect(WebAssembly.validate(bytes)).toBe(true);
        }
  });
});
