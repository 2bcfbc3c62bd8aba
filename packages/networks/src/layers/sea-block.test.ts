import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { SeABlock } from './sea-block.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

const noise = (shape: [number, number, number, number], seed: number) =>
  tf.randomNormal<tf.Rank.R4>(shape, 0, 1, 'float32', seed);

describe('SeABlock', () => {
  it('on one cell with one token to look at, is f + gain · project(value(norm(…)))', () => {
    // One key: the softmax is 1 whatever the query, so attention is a chain of linear maps.
    const block = new SeABlock({ gain: 0.5, seed: 2 });
    const [f, s] = [noise([1, 1, 1, 4], 1), noise([1, 1, 1, 3], 2)];
    const got = (block.apply([f, s]) as tf.Tensor).dataSync();
    const w = Object.fromEntries(
      block.weights.map((weight) => [weight.originalName.split('/').at(-1)!, weight.read().arraySync()]),
    ) as Record<string, number[][]>;
    const times = (x: number[], matrix: number[][]) =>
      matrix[0]!.map((_, j) => x.reduce((sum, value, i) => sum + value * matrix[i]![j]!, 0));
    const plus = (x: number[], y: number[]) => x.map((value, i) => value + y[i]!);
    const norm = (x: number[]) => {
      const mean = x.reduce((a, b) => a + b) / x.length;
      const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
      return x.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
    };
    // The only place of a 1 × 1 grid, c = 1 of 1, has the angle 2π: sines ≈ 0, cosines ≈ 1.
    const angle = (1 / (1 + 1e-6)) * 2 * Math.PI;
    const place = [Math.sin(angle), Math.cos(angle), Math.sin(angle), Math.cos(angle)];
    const told = (x: number[], part: string) =>
      times(times(norm(x), w[`${part}_value`]!), w[`${part}_project`]!);
    const feature = [...f.dataSync()];
    const shown = plus(times([...s.dataSync()], w.scale_0!), place);
    const embedded = plus(plus(feature, told(shown, 'encoder')), place);
    const want = plus(
      feature,
      told(embedded, 'decoder').map((value) => 0.5 * value),
    );
    for (const [i, value] of want.entries()) expect(got[i]).toBeCloseTo(value, 4);
    block.dispose();
  });

  it('gives the feature back at gain 0, at any size and number of scales', () => {
    const block = new SeABlock({ gain: 0 });
    const f = noise([2, 19, 33, 6], 3);
    const result = block.apply([f, noise([2, 10, 17, 2], 4), noise([2, 5, 9, 5], 5)]) as tf.Tensor;
    expect([...result.dataSync()]).toEqual([...f.dataSync()]);
    block.dispose();
  });

  it('refuses a gain and a seed that are none', () => {
    expect(() => new SeABlock({ gain: Number.NaN })).toThrow(
      'SeABlock: gain is NaN, expected a finite number',
    );
    expect(() => new SeABlock({ gain: '1' as never })).toThrow(TypeError);
    expect(() => new SeABlock({ seed: 0.5 })).toThrow('SeABlock: seed is 0.5, expected an integer');
    expect(new SeABlock({ seed: -1 }).seed).toBe(-1);
  });
});
