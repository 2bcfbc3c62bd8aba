import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { unetDecoder } from './unet-decoder.js';

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
      'features[1].stride is 8, expected a power of two, 2 or 4',
    );
    expect(() => unetDecoder([feature('a', 3)], { structures: 1 })).toThrow(
      'features[0].stride is 3, expected a power of two',
    );
    expect(() => unetDecoder([], { structures: 1 })).toThrow('features is empty, expected at least one');
    expect(() => unetDecoder([feature('a', 1)], { structures: 1, filters: 3 })).toThrow('filters is 3');
  });
});
