import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compute,
  expectClose,
  expectGradients,
  expectParity,
  integers,
  uniform,
  type Values,
} from './fixtures/parity.js';

const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 });
const dtypes = fc.constantFrom('float32', 'int32', 'bool');
const values = (shape: number[], dtype: string): Values =>
  dtype === 'float32'
    ? uniform(shape, 1)
    : { ...integers(shape, 1, dtype === 'bool' ? 2 : 100), dtype: dtype as 'bool' };
const property = (check: fc.IAsyncPropertyWithHooks<never> | fc.IAsyncProperty<never>) =>
  fc.assert(check as fc.IAsyncProperty<never>, { numRuns: 100, seed: 11 });

describe('what only moves data on wasm', () => {
  it('slice is that of the cpu engine', () =>
    property(
      fc.asyncProperty(
        shapes,
        dtypes,
        fc.infiniteStream(fc.nat({ max: 5 })),
        async (shape, dtype, numbers) => {
          const next = (below: number) => (numbers.next().value as number) % below;
          const begin = shape.map(next);
          const size = shape.map((length, axis) => 1 + next(length - begin[axis]!));
          await expectParity((x) => tf.slice(x, begin, size), [values(shape, dtype)], 0);
        },
      ) as never,
    ));

  it('slices of nothing and of long runs are those of the cpu engine', async () => {
    await expectParity((x) => tf.slice(x, [1, 2], [0, 3]), [uniform([4, 6], 1)], 0);
    await expectParity((x) => tf.slice(x, [1, 0, 5], [2, 3, 150]), [uniform([4, 3, 200], 1)], 0);
  });

  it('pad is that of the cpu engine', () =>
    property(
      fc.asyncProperty(
        shapes,
        dtypes,
        fc.infiniteStream(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 }))),
        fc.constantFrom(0, 1),
        async (shape, dtype, pairs, constant) => {
          const paddings = shape.map(() => pairs.next().value as [number, number]);
          await expectParity((x) => tf.pad(x, paddings, constant), [values(shape, dtype)], 0);
        },
      ) as never,
    ));

  it('split, concat and stack are those of the cpu engine', () =>
    property(
      fc.asyncProperty(
        shapes,
        dtypes,
        fc.nat(),
        fc.integer({ min: 1, max: 3 }),
        async (shape, dtype, any, parts) => {
          const axis = any % shape.length;
          const whole = shape.map((length, i) => (i === axis ? length * parts : length));
          for (let i = 0; i < parts; i++)
            await expectParity((x) => tf.split(x, parts, axis)[i]!, [values(whole, dtype)], 0);
          await expectParity(
            (x, y, z) => tf.concat([x!, y!, z!], axis),
            [values(shape, dtype), values(whole, dtype), values(shape, dtype)],
            0,
          );
          await expectParity(
            (x, y) => tf.stack([x!, y!], axis),
            [values(shape, dtype), values(shape, dtype)],
            0,
          );
        },
      ) as never,
    ));

  it('tile and broadcastTo are those of the cpu engine', () =>
    property(
      fc.asyncProperty(
        shapes,
        dtypes,
        fc.infiniteStream(fc.nat({ max: 2 })),
        async (shape, dtype, numbers) => {
          const reps = shape.map(() => 1 + (numbers.next().value as number));
          await expectParity((x) => tf.tile(x, reps), [values(shape, dtype)], 0);
          const ones = shape.map((length, axis) => (reps[axis]! > 1 ? 1 : length));
          await expectParity((x) => tf.broadcastTo(x, shape), [values(ones, dtype)], 0);
        },
      ) as never,
    ));

  it('reverse is that of the cpu engine', () =>
    property(
      fc.asyncProperty(shapes, dtypes, fc.nat({ max: 31 }), async (shape, dtype, mask) => {
        const axes = shape.flatMap((_, axis) => ((mask >> axis) & 1 ? [axis] : []));
        if (axes.length) await expectParity((x) => tf.reverse(x, axes), [values(shape, dtype)], 0);
      }) as never,
    ));

  it('gather is that of the cpu engine, along any axis and by batches', async () => {
    const x = uniform([3, 5, 4, 2], 1);
    for (const axis of [0, 1, 2, 3]) {
      const indices = integers([2, 3], 2, x.shape[axis]!);
      await expectParity((data, at) => tf.gather(data, at, axis), [x, indices], 0);
    }
    await expectParity((data, at) => tf.gather(data, at, 1, 1), [x, integers([3, 7], 3, 5)], 0);
    await expectParity((data, at) => tf.gather(data, at, 2, 1), [x, integers([3, 2], 3, 4)], 0);
    await expectParity((data, at) => tf.gather(data, at), [uniform([7, 100], 1), integers([9], 3, 7)], 0);
  });

  it('gather refuses an index out of range by name', async () => {
    const outside: Values = { shape: [2], data: [1, 7], dtype: 'int32' };
    await expect(compute('wasm', (x, at) => tf.gather(x, at), [uniform([7, 2], 1), outside])).rejects.toThrow(
      'gather: indices[1] is 7, expected a number in [0, 7)',
    );
  });

  it('gather sends its gradient back to where each row came from', () =>
    expectGradients((x, at) => tf.gather(x, at), [uniform([5, 3], 1), integers([8], 2, 5)]));

  it('unsortedSegmentSum sums the rows of each segment and drops ids that are none', async () => {
    const ids: Values = { shape: [6], data: [2, 0, -1, 2, 9, 1], dtype: 'int32' };
    const x: Values = { shape: [6, 2], data: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] };
    const sums = await compute('wasm', (data, at) => tf.unsortedSegmentSum(data, at as tf.Tensor1D, 4), [
      x,
      ids,
    ]);
    expect(sums).toEqual({ shape: [4, 2], data: [3, 4, 11, 12, 8, 10, 0, 0] });
    const inside = integers([6], 5, 4);
    await expectParity((data, at) => tf.unsortedSegmentSum(data, at as tf.Tensor1D, 4), [x, inside]);
    await expectGradients((data, at) => tf.unsortedSegmentSum(data, at as tf.Tensor1D, 4), [x, inside]);
  });

  it('clones share their data until the last is disposed', async () => {
    await compute('wasm', () => tf.scalar(0), []);
    const before = tf.memory();
    const x = tf.tensor1d([1, 2, 3]);
    const clone = x.clone();
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers + 1);
    x.dispose();
    expect(Array.from(clone.dataSync())).toEqual([1, 2, 3]);
    clone.dispose();
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });
});

describe('einsum on wasm', () => {
  it('is that of the cpu engine', async () => {
    const sizes: Record<string, number> = { b: 2, h: 3, i: 4, j: 5, k: 6 };
    for (const equation of [
      'ij,jk->ik',
      'bij,bjk->bik',
      'bhij,bhjk->bhik',
      'bij,kj->bki',
      'ij,ij->',
      'ij->ji',
      'bij->b',
      'i,j->ij',
      'bhi,j->ijbh',
      'bi,bi->b',
    ])
      await expectParity(
        (...x) => tf.einsum(equation, ...x),
        equation
          .split('->')[0]!
          .split(',')
          .map((term, n) =>
            uniform(
              [...term].map((letter) => sizes[letter]!),
              n + 1,
            ),
          ),
        1e-5,
      );
  });

  it('sums what one tensor alone has before the product', async () => {
    const inputs = [uniform([4, 5], 1), uniform([6], 2)];
    const expected = await compute('cpu', (x, y) => tf.mul(tf.sum(x, 1, true), y), inputs);
    expectClose(await compute('wasm', (x, y) => tf.einsum('ij,k->ik', x, y), inputs), expected, 1e-6);
  });
});
