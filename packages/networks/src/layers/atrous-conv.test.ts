import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { AtrousConv } from './atrous-conv.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

it.each([true, false])(
  'reads every rate-th pixel, by a plain loop; its kernel learns (bias: %j)',
  (useBias) => {
    const [height, width] = [6, 5];
    const input = tfl.input({ shape: [height, width, 2] });
    const layer = new AtrousConv({ filters: 3, rate: 2, useBias, seed: 1 });
    const model = tfl.model({ inputs: input, outputs: layer.apply(input) as tfl.SymbolicTensor });
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R4>([1, height, width, 2], 0, 1, 'float32', 2);
      const [image] = x.arraySync();
      const kernel = layer.getWeights()[0]!.arraySync() as number[][][][];
      const got = (model.predict(x) as tf.Tensor4D).arraySync()[0]!;
      const seen = (y: number, across: number, c: number) => image![y]?.[across]?.[c] ?? 0;
      const taps = [-1, 0, 1].flatMap((i) =>
        [-1, 0, 1].flatMap((j) => [0, 1].map((c) => [i, j, c] as const)),
      );
      for (let y = 0; y < height; y++)
        for (let across = 0; across < width; across++)
          for (let o = 0; o < 3; o++) {
            const want = taps.reduce(
              (sum, [i, j, c]) => sum + seen(y + 2 * i, across + 2 * j, c) * kernel[i + 1]![j + 1]![c]![o]!,
              0,
            );
            expect(got[y]![across]![o]).toBeCloseTo(want, 4);
          }
      // The gradient of the sum of all outputs by a tap is the sum of what that tap sees.
      const variable = layer.weights[0]!.read() as tf.Variable;
      const { grads } = tf.variableGrads(() => tf.sum(model.apply(x) as tf.Tensor) as tf.Scalar, [variable]);
      const gradient = (grads[variable.name] as tf.Tensor4D).arraySync();
      for (const [i, j, c] of taps) {
        let want = 0;
        for (let y = 0; y < height; y++)
          for (let u = 0; u < width; u++) want += seen(y + 2 * i, u + 2 * j, c);
        expect(gradient[i + 1]![j + 1]![c]![0]).toBeCloseTo(want, 3);
      }
    });
    model.dispose();
  },
);
