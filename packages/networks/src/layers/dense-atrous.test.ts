import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { DenseAtrous } from './dense-atrous.js';

beforeAll(() => tf.setBackend('cpu'));

it('is x and its four branches, by a plain loop', () => {
  const [height, width] = [7, 8];
  const input = tfl.input({ shape: [height, width, 2] });
  const layer = new DenseAtrous({ seed: 3 });
  const model = tfl.model({ inputs: input, outputs: layer.apply(input) as tfl.SymbolicTensor });
  tf.tidy(() => {
    for (const [i, weight] of model.weights.entries())
      weight.write(tf.randomUniform(weight.shape as number[], -0.5, 0.5, 'float32', i + 1));
    type Map3 = number[][][];
    const conv = (x: Map3, name: string, rate: number): Map3 => {
      const at = 2 * ['d1', 'd3', 'd5', 'c'].indexOf(name);
      const [kernel, bias] = layer
        .getWeights()
        .slice(at, at + 2)
        .map((w) => w.arraySync()) as [number[][][][], number[]];
      const reach = (kernel.length - 1) / 2;
      return x.map((row, y) =>
        row.map((_, across) =>
          bias.map((b, o) => {
            let sum = b;
            for (let i = -reach; i <= reach; i++)
              for (let j = -reach; j <= reach; j++)
                for (const c of [0, 1])
                  sum +=
                    (x[y + rate * i]?.[across + rate * j]?.[c] ?? 0) * kernel[i + reach]![j + reach]![c]![o]!;
            return sum;
          }),
        ),
      );
    };
    const x = tf.randomNormal([1, height, width, 2], 0, 1, 'float32', 9);
    const [plain] = x.arraySync() as Map3[];
    const d1 = conv(plain!, 'd1', 1);
    const d31 = conv(d1, 'd3', 3);
    const ends = [
      d1,
      conv(conv(plain!, 'd3', 3), 'c', 1),
      conv(d31, 'c', 1),
      conv(conv(d31, 'd5', 5), 'c', 1),
    ];
    const [got] = (model.predict(x) as tf.Tensor).arraySync() as Map3[];
    for (const [y, row] of plain!.entries())
      for (const [across, pixel] of row.entries())
        for (const [c, own] of pixel.entries()) {
          const want = ends.reduce((sum, end) => sum + Math.max(0, end[y]![across]![c]!), own);
          expect(got![y]![across]![c]).toBeCloseTo(want, 4);
        }
  });
});
