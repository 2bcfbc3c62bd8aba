import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { cup, disc, logits, rectangles, size, small } from '../fixtures/eyes.js';
import { dlSeAt } from './dl-seat.js';
import { noMask } from './no-mask.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

function setGain(model: tfl.LayersModel, value: number): void {
  for (const weight of model.weights)
    if (weight.originalName.endsWith('/gain')) weight.write(tf.tensor1d([value]));
}

describe('dlSeAt', () => {
  it('at zero gain is the plain ResNet of the image, whatever the mask', () => {
    const model = dlSeAt(small);
    const plain = noMask(small);
    setGain(model, 0);
    const want = logits(plain, rectangles(disc, cup));
    for (const mask of [rectangles(disc, cup), rectangles()])
      for (const [i, got] of logits(model, mask).entries()) expect(got).toBeCloseTo(want[i]!, 5);
    for (const each of [model, plain]) each.dispose();
  });

  it('sees where the pixels of the mask are: in another order they give another answer', () => {
    const model = dlSeAt(small);
    setGain(model, 1);
    const mask = rectangles(disc, cup);
    const order = Array.from({ length: size }, (_, row) => (row * 7) % size);
    const permuted = tf.gather(mask, tf.tensor1d(order, 'int32'), 1);
    const [a, b] = [logits(model, mask), logits(model, permuted)];
    expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeGreaterThan(1e-4);
    model.dispose();
  });
});
