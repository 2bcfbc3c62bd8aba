import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compute, expectParity, uniform } from '../wasm/fixtures/parity.js';

describe('the gradient of relu on wasm', () => {
  it.each([1, 3, 4, 5, 64, 1003])('is dy where x > 0 and else 0, for %i numbers', async (size) => {
    const x = uniform([size], 1);
    x.data[0] = 0;
    const dy = uniform([size], 2);
    const gradient = (x: tf.Tensor, dy: tf.Tensor) => tf.grad((x) => tf.relu(x))(x, dy);
    const { data } = await compute('wasm', gradient as never, [x, dy]);
    expect(data).toEqual(dy.data.map((value, i) => (x.data[i]! > 0 ? value : 0)));
  });

  it('has a gradient itself, as on the cpu engine', () =>
    expectParity(
      (x, dy) => tf.grad((x) => tf.sum(tf.square(tf.grad((x) => tf.relu(tf.square(x)))(x, dy!))))(x!),
      [uniform([3, 5], 1), uniform([3, 5], 2)],
    ));

  it('takes a single kernel', async () => {
    await tf.setBackend('wasm');
    const profile = await tf.profile(() => tf.tidy(() => tf.grad((x) => tf.relu(x))(tf.ones([2, 3]))));
    expect(profile.kernelNames.filter((name) => /Step|Multiply|Grad/.test(name))).toEqual(['ReluGrad']);
  });
});
