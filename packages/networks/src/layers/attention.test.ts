import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { attend } from '../fixtures/plain-loops.js';
import { affinities, attention } from './attention.js';

const random = <R extends tf.Rank = tf.Rank.R3>(shape: tf.ShapeMap[R], seed: number) =>
  tf.randomNormal<R>(shape, 0, 1, 'float32', seed);
const flat = (x: tf.Tensor) => Array.from(x.dataSync());
const largest = (a: tf.Tensor, b: tf.Tensor) => tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!);

describe.each(['cpu', 'wasm'] as const)('attention on %s', (engine) => {
  beforeAll(() => useBackend({ prefer: engine }));

  it.each(['plain', 1, 3, 100] as const)(
    'equals softmax(q kᵀ / √d) v in plain loops, blockSize %s',
    (blockSize) =>
      tf.tidy(() => {
        const [q, k, v] = [random([2, 5, 4], 1), random([2, 7, 4], 2), random([2, 7, 3], 3)];
        const out = attention(q, k, v, { blockSize }).arraySync();
        const [qs, ks, vs] = [q.arraySync(), k.arraySync(), v.arraySync()];
        for (const g of [0, 1]) {
          const expected = attend(qs[g]!, ks[g]!, vs[g]!, 0.5).out;
          expected.forEach((row, i) => {
            row.forEach((x, j) => {
              expect(out[g]![i]![j]).toBeCloseTo(x, 5);
            });
          });
        }
      }),
  );

  it('gives the same in blocks as in one piece, forward and backward, within 1e-5', () => {
    const sizes = fc.record({
      groups: fc.integer({ min: 1, max: 3 }),
      n: fc.integer({ min: 1, max: 12 }),
      m: fc.integer({ min: 1, max: 12 }),
      d: fc.integer({ min: 1, max: 6 }),
      e: fc.integer({ min: 1, max: 6 }),
      blockSize: fc.integer({ min: 1, max: 13 }),
      masked: fc.boolean(),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(sizes, ({ groups, n, m, d, e, blockSize, masked, seed }) =>
        tf.tidy(() => {
          const inputs = [
            random([groups, n, d], seed),
            random([groups, m, d], seed + 1),
            random([groups, m, e], seed + 2),
          ];
          const dy = random([groups, n, e], seed + 3);
          const mask = masked
            ? (tf.cast(tf.greater(random<tf.Rank.R2>([groups, m], seed + 4), 0), 'float32') as tf.Tensor2D)
            : undefined;
          const run = (blockSize: number | 'plain') =>
            tf.valueAndGrads((q, k, v) => {
              const out = attention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, {
                blockSize,
                mask,
              });
              return tf.sum(tf.mul(out, dy));
            })(inputs);
          const [plain, blocks] = [run('plain'), run(blockSize)];
          expect(largest(plain.value, blocks.value)).toBeLessThan(1e-4);
          plain.grads.forEach((grad, i) => {
            expect(largest(grad, blocks.grads[i]!)).toBeLessThan(1e-5);
          });
        }),
      ),
      { numRuns: 25, seed: 7 },
    );
  });

  it('leaves no tensor behind', () => {
    const inputs = [random([2, 6, 4], 1), random([2, 6, 4], 2), random([2, 6, 4], 3)];
    const before = tf.memory().numTensors;
    for (const blockSize of ['plain', 4] as const) {
      const run = tf.grads((q, k, v) =>
        attention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, { blockSize }),
      );
      tf.dispose(run(inputs));
      attention(inputs[0]!, inputs[1]!, inputs[2]!, { blockSize }).dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(inputs);
  });
});

describe('affinities', () => {
  beforeAll(() => useBackend({ prefer: 'cpu' }));

  it('sum to 1 over the keys', () =>
    tf.tidy(() => {
      const a = affinities(random([3, 6, 4], 1), random([3, 9, 4], 2));
      expect(a.shape).toEqual([3, 6, 9]);
      for (const sum of flat(tf.sum(a, 2))) expect(sum).toBeCloseTo(1, 6);
      expect(flat(tf.min(a))[0]).toBeGreaterThan(0);
    }));

  it('are 0 for masked keys and still sum to 1, and are all 0 where every key is masked', () =>
    tf.tidy(() => {
      const mask = tf.tensor2d([
        [1, 0, 1],
        [0, 0, 0],
      ]);
      const [first, second] = affinities(random([2, 4, 4], 1), random([2, 3, 4], 2), { mask }).arraySync();
      for (const row of first!) {
        expect(row[1]).toBe(0);
        expect(row[0]! + row[2]!).toBeCloseTo(1, 6);
      }
      expect(second!.flat().every((x) => x === 0)).toBe(true);
    }));

  it('stay finite where scores are in the thousands', () =>
    tf.tidy(() => {
      const q = tf.mul(random([1, 4, 4], 1), 1000) as tf.Tensor3D;
      expect(flat(affinities(q, q)).every(Number.isFinite)).toBe(true);
      expect(flat(attention(q, q, q, { blockSize: 3 })).every(Number.isFinite)).toBe(true);
    }));
});

describe('attention', () => {
  beforeAll(() => useBackend({ prefer: 'cpu' }));

  it('chooses blocks by itself where there are many affinities, with the same result', async () => {
    await useBackend({ prefer: 'wasm' });
    tf.tidy(() => {
      const [q, k, v] = [random([1, 2200, 4], 1), random([1, 2000, 4], 2), random([1, 2000, 2], 3)];
      expect(largest(attention(q, k, v), attention(q, k, v, { blockSize: 'plain' }))).toBeLessThan(1e-5);
    });
  });

  it('refuses shapes that do not fit, and says which they are', () => {
    const [q, k, v] = [
      tf.zeros<tf.Rank.R3>([1, 2, 3]),
      tf.zeros<tf.Rank.R3>([1, 4, 5]),
      tf.zeros<tf.Rank.R3>([1, 4, 5]),
    ];
    expect(() => attention(q, k, v)).toThrow(
      'attention: got q [1,2,3], k [1,4,5], v [1,4,5], expected q [G, N, D], k [G, M, D], v [G, M, E]',
    );
    expect(() => attention(k, k, v, { mask: tf.zeros([1, 3]) })).toThrow('mask [1,3]');
    expect(() => attention(k, k, v, { blockSize: 0 })).toThrow(RangeError);
    expect(() => attention(k, k, v, { blockSize: 2.5 })).toThrow('blockSize is 2.5');
  });
});
