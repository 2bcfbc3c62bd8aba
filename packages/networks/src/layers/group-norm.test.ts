import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { GroupNorm } from './group-norm.js';

beforeAll(() => tf.setBackend('cpu'));

it.each([
  [4, 2],
  [3, 1],
])('of %d channels normalises each image in %d groups, by a plain loop', (channels, groups) => {
  const input = tfl.input({ shape: [2, 3, channels] });
  const model = tfl.model({
    inputs: input,
    outputs: new GroupNorm({ groups: 2 }).apply(input) as tfl.SymbolicTensor,
  });
  tf.tidy(() => {
    for (const [i, weight] of model.weights.entries())
      weight.write(tf.randomUniform(weight.shape as number[], -1, 1, 'float32', i + 1));
    const [gamma, beta] = model.getWeights().map((weight) => [...weight.dataSync()]);
    const x = tf.randomNormal<tf.Rank.R4>([2, 2, 3, channels], 3, 2, 'float32', 5);
    const got = (model.predict(x) as tf.Tensor4D).arraySync();
    for (const [b, image] of x.arraySync().entries())
      for (let g = 0; g < groups; g++) {
        const own = [...Array(channels).keys()].filter((k) => Math.floor(k / (channels / groups)) === g);
        const all = image.flat().flatMap((pixel) => own.map((k) => pixel[k]!));
        const mean = all.reduce((sum, v) => sum + v, 0) / all.length;
        const variance = all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / all.length;
        for (const [y, row] of image.entries())
          for (const [across, pixel] of row.entries())
            for (const k of own) {
              const want = (gamma![k]! * (pixel[k]! - mean)) / Math.sqrt(variance + 1e-5) + beta![k]!;
              expect(got[b]![y]![across]![k]).toBeCloseTo(want, 4);
            }
      }
  });
  model.dispose();
});
