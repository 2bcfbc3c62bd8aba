import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compute } from '../../fixtures/parity.js';

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
