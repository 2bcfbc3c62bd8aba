import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { grouped, joined, parted } from './joined.js';

beforeAll(() => tf.setBackend('cpu'));

it('joins short vectors of any length, short tensors of one shape, and leaves long ones alone', () => {
  const shapes = [[5], [3, 4], [120, 90], [], [7], [10_001], [3, 4], [4, 3], [], [120, 90]];
  tf.tidy(() => {
    const tensors = shapes.map((shape, i) => tf.fill(shape, i));
    const groups = grouped(tensors, (tensor) => tensor).map((group) => group.map((t) => tensors.indexOf(t)));
    expect(groups).toEqual([[0, 4], [1, 6], [2], [3, 8], [5], [7], [9]]);
  });
});

it('parts what it joined, number by number', () => {
  for (const shapes of [
    [[2], [3], [1]],
    [
      [2, 3],
      [2, 3],
    ],
    [[], [], []],
    [[4]],
  ])
    tf.tidy(() => {
      const tensors = shapes.map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', i));
      const apart = parted(joined(tensors), shapes);
      expect(apart.map(({ shape }) => shape)).toEqual(shapes);
      expect(apart.map((t) => t.arraySync())).toEqual(tensors.map((t) => t.arraySync()));
    });
});
