import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { resUnet } from './res-unet.js';
import { unetDecoder } from './unet-decoder.js';

beforeAll(() => tf.setBackend('cpu'));

describe('resUnet', () => {
  it.each(['imagenet', 'cifar'] as const)('gives one logit a pixel and structure (%s)', (stem) => {
    const model = resUnet({ width: 2, stem, structures: 2 });
    tf.tidy(() => {
      const output = model.predict(tf.zeros([1, 64, 32, 3])) as tf.Tensor;
      expect(output.shape).toEqual([1, 64, 32, 2]);
    });
    model.dispose();
  });

  it('lets every encoder level reach the output, the skip connections included', () => {
    const model = resUnet({ width: 2, stem: 'cifar', imageChannels: 1, filters: 4 });
    const x = tf.randomUniform([1, 16, 16, 1], 0, 1, 'float32', 1);
    const run = () => tf.tidy(() => [...(model.predict(x) as tf.Tensor).dataSync()]);
    const before = run();
    for (const level of ['stem', 'B1', 'B2', 'B3']) {
      const skip = model.getLayer(`decoder.${level}.skip`).weights[0]!;
      const kept = tf.clone(skip.read());
      skip.write(tf.tidy(() => tf.zerosLike(kept)));
      expect(run(), level).not.toEqual(before);
      skip.write(kept);
    }
    expect(run()).toEqual(before);
    model.dispose();
  });

  it('refuses a size that does not halve evenly', () => {
    expect(() => resUnet({ size: [48, 64] })).toThrow('resUnet: size is 48 × 64, expected multiples of 32');
  });
});

describe('unetDecoder', () => {
  const input = (side: number, channels: number) => tfl.input({ shape: [side, side, channels] });

  it('works on any encoder whose strides double or stay, and lets its caller change the features on the way', () => {
    const inputs = [input(8, 3), input(4, 5), input(4, 6), input(2, 7)];
    const features = inputs.map((tensor, i) => ({ name: `f${i}`, tensor, stride: [4, 8, 8, 16][i]! }));
    const seen: string[] = [];
    const outputs = unetDecoder(features, {
      structures: 3,
      filters: 8,
      before: (feature, name) => {
        seen.push(`${name} ${feature.shape.slice(1).join('×')}`);
        return feature;
      },
    });
    expect(outputs.shape).toEqual([null, 32, 32, 3]);
    expect(seen).toEqual(['f3 2×2×7', 'f2 4×4×8', 'f1 4×4×8', 'f0 8×8×8']);
    tfl.model({ inputs, outputs }).dispose();
  });

  it('refuses strides that it cannot follow', () => {
    const feature = (name: string, stride: number) => ({ name, tensor: input(8, 3), stride });
    expect(() => unetDecoder([feature('a', 2), feature('b', 8)], { structures: 1 })).toThrow(
      'b has stride 8 after 2',
    );
    expect(() => unetDecoder([feature('a', 3)], { structures: 1 })).toThrow('a has stride 3');
    expect(() => unetDecoder([], { structures: 1 })).toThrow('got no feature');
    expect(() => unetDecoder([feature('a', 1)], { structures: 1, filters: 3 })).toThrow('filters is 3');
  });
});
