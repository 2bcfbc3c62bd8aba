import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { Depthwise } from './depthwise.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

it.each([
  { strides: 1, rate: 1 },
  { strides: 2, rate: 1 },
  { strides: 1, rate: 2 },
  { strides: 1, rate: 2, pad: false },
  { strides: 2, rate: 1, pad: false },
])('reads each channel by itself, by a plain loop, and learns: %j', ({ strides, rate, pad = true }) => {
  const [height, width, channels] = [6, 8, 3];
  const input = tfl.input({ shape: [height, width, channels] });
  const layer = new Depthwise({ strides, rate, pad, seed: 1 });
  const model = tfl.model({ inputs: input, outputs: layer.apply(input) as tfl.SymbolicTensor });
  tf.tidy(() => {
    const x = tf.randomNormal<tf.Rank.R4>([1, height, width, channels], 0, 1, 'float32', 2);
    const [image] = x.arraySync();
    const kernel = layer.getWeights()[0]!.arraySync() as number[][][][];
    const got = (model.predict(x) as tf.Tensor4D).arraySync()[0]!;
    // Without padding the first pixel that is seen whole lies `rate` from the border.
    const first = pad ? 0 : rate;
    const seenWhole = [height, width].map((side) => Math.ceil((side - 2 * first) / strides));
    expect([got.length, got[0]!.length]).toEqual(seenWhole);
    expect((model.outputs[0]!.shape as number[]).slice(1, 3)).toEqual(seenWhole);
    const taps = [-1, 0, 1].flatMap((i) => [-1, 0, 1].map((j) => [i, j] as const));
    const sums = taps.map(() => 0);
    for (const [y, row] of got.entries())
      for (const [u, pixel] of row.entries())
        for (const [c, value] of pixel.entries()) {
          let want = 0;
          for (const [t, [i, j]] of taps.entries()) {
            const seen = image![first + strides * y + rate * i]?.[first + strides * u + rate * j]?.[c] ?? 0;
            want += seen * kernel[i + 1]![j + 1]![c]![0]!;
            if (c === 1) sums[t]! += seen;
          }
          expect(value).toBeCloseTo(want, 4);
        }
    const variable = layer.weights[0]!.read() as tf.Variable;
    const { grads } = tf.variableGrads(() => tf.sum(model.apply(x) as tf.Tensor) as tf.Scalar, [variable]);
    const gradient = (grads[variable.name] as tf.Tensor4D).arraySync();
    for (const [t, [i, j]] of taps.entries())
      expect(gradient[i + 1]![j + 1]![1]![0]).toBeCloseTo(sums[t]!, 3);
  });
  model.dispose();
});
