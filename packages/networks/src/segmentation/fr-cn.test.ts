import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { frCn } from './fr-cn.js';

beforeAll(() => tf.setBackend('cpu'));

segmentationSuite('frCn', { stride: 1, learningRate: 0.001 });

describe('frCn', () => {
  it('keeps the full resolution in every one of its 16 convolutions', () => {
    const model = frCn({ width: 2, size: [9, 11] });
    for (const { output } of model.layers)
      expect((output as { shape: number[] }).shape.slice(1, 3)).toEqual([9, 11]);
    expect(model.layers.filter((layer) => layer.getClassName() === 'Conv2D')).toHaveLength(16);
    model.dispose();
  });

  it('moves its output by one pixel where the image moves by one, and sees 27 × 27 pixels', () => {
    const model = frCn({ width: 2, imageChannels: 1 });
    const side = 40;
    const at = (y: number, x: number) =>
      tf.tidy(() => {
        const picture = tf.buffer([1, side, side, 1]);
        picture.set(1, 0, y, x, 0);
        return (model.predict(picture.toTensor()) as tf.Tensor4D)
          .arraySync()[0]!
          .map((row) => row.map(([v]) => v!));
      });
    const [one, moved] = [at(20, 20), at(21, 19)];
    const far = one[0]![0]!;
    for (let y = 5; y < 35; y++)
      for (let x = 5; x < 35; x++) {
        expect(moved[y + 1]![x - 1]).toBeCloseTo(one[y]![x]!, 6);
        if (Math.max(Math.abs(y - 20), Math.abs(x - 20)) > 13)
          expect(one[y]![x]).toBeCloseTo(one[33]![33]!, 6);
      }
    expect(one[20]![20]).not.toBeCloseTo(far, 6);
    model.dispose();
  });
});
