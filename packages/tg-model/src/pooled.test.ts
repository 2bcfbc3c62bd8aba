import { useBackend } from '@diff/backend';
import { resnet } from '@diff/networks';
import { noMask } from '@diff/networks/diagnosis';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { addPooled } from './pooled.js';
import { tgNetwork } from './tg-network.js';

beforeAll(() => useBackend({ prefer: 'cpu' }));

it('adds a linear map of the mean to every place, number for number', () =>
  tf.tidy(() => {
    const inputs = [tfl.input({ shape: [2, 3, 4] }), tfl.input({ shape: [2, 2, 3] })] as const;
    const model = tfl.model({ inputs: [...inputs], outputs: addPooled(...inputs, 'pooled', 1) });
    const [kernel, bias] = [tf.randomNormal([3, 4], 0, 1, 'float32', 3), tf.tensor([1, -2, 3, 0.5])];
    model.getLayer('pooled').setWeights([kernel, bias]);
    const decoder = tf.randomNormal([2, 2, 3, 4], 0, 1, 'float32', 1);
    const diagnosis = tf.randomNormal([2, 2, 2, 3], 0, 1, 'float32', 2);
    const out = (model.predict([decoder, diagnosis]) as tf.Tensor4D).arraySync();
    const [d, g, w, b] = [decoder, diagnosis, kernel, bias].map((x) => x.arraySync()) as [
      number[][][][],
      number[][][][],
      number[][],
      number[],
    ];
    for (const [i, rows] of out.entries())
      for (const [y, row] of rows.entries())
        for (const [x, pixel] of row.entries())
          for (const [c, value] of pixel.entries()) {
            let expected = d[i]![y]![x]![c]! + b[c]!;
            for (let k = 0; k < 3; k++)
              expected += (w[k]![c]! * g[i]!.flat().reduce((sum, place) => sum + place[k]!, 0)) / 4;
            expect(value).toBeCloseTo(expected, 5);
          }
  }));

it('is one linear map per block in tgNetwork, without Give and Take, and the baseline where that is 0', () =>
  tf.tidy(() => {
    const small = { width: 4, stem: 'cifar', size: [16, 16], seed: 1 } as const;
    const make = (blocks: string[]) =>
      tgNetwork({
        backbone: resnet({ ...small, inputChannels: 1 }),
        diagnosisNetwork: noMask({ ...small, imageChannels: 1, structures: 1 }),
        inject: 'pooled',
        blocks,
        mask: 'zeros',
        filters: 8,
      });
    const [model, baseline] = [make(['B2', 'B4']), make([])];
    const learnt = model.layers.filter(
      ({ name, weights }) => /^(give|take|pooled)/.test(name) && weights.length,
    );
    expect(learnt.map(({ name }) => name).sort()).toEqual(['pooled.B2', 'pooled.B4']);
    const x = tf.randomUniform([2, 16, 16, 1], 0, 1, 'float32', 5);
    const outputs = (m: tfl.LayersModel) => [...(m.predict(x) as tf.Tensor).dataSync()];
    expect(outputs(model)).not.toEqual(outputs(baseline));
    for (const layer of learnt) layer.setWeights(layer.getWeights().map((w) => tf.zerosLike(w)));
    expect(outputs(model)).toEqual(outputs(baseline));
  }));
