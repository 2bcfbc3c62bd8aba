import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { cup, disc, image, rectangles, small } from '../fixtures/eyes.js';
import { baselineDia } from './baseline-dia.js';
import { noMask } from './no-mask.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

describe('baselineDia', () => {
  it('multiplies the low-level features by an attention in (0, 1) that the mask moves', () => {
    const model = baselineDia(small);
    const layer = (name: string) => model.getLayer(name).output as tfl.SymbolicTensor;
    const probe = tfl.model({ inputs: model.inputs, outputs: ['stem', 'attention', 'attended'].map(layer) });
    const run = (mask: tf.Tensor4D) =>
      tf.tidy(() =>
        (probe.predict(tf.concat([image(), mask], 3)) as tf.Tensor[]).map((t) => [...t.dataSync()]),
      );
    const [low, attention, attended] = run(rectangles(disc, cup));
    const [sameLow, other] = run(rectangles([0, 0, 8, 8], cup));
    expect(sameLow).toEqual(low);
    expect(other).not.toEqual(attention);
    for (const [i, a] of attention!.entries()) {
      expect(a > 0 && a < 1).toBe(true);
      expect(attended![i]).toBeCloseTo(low![i]! * a, 5);
    }
    model.dispose();
  });

  it('has one trunk for both passes: a ResNet, the attention, and batch norms of its own for the first pass', () => {
    const model = baselineDia({ ...small, width: 4 });
    const plain = noMask({ ...small, width: 4 });
    const attention = model.weights.filter(
      ({ originalName }) => /^(mask|low|high|attention)\./.test(originalName) || /^low/.test(originalName),
    );
    const [stages, first] = [/^layer\d.*(bn\d|downsample\.1)\//, /^first\.layer\d.*(bn\d|downsample\.1)\//];
    const named = (weights: typeof model.weights, name: RegExp) =>
      weights.filter(({ originalName }) => name.test(originalName)).length;
    expect(named(model.weights, first)).toBe(named(plain.weights, stages));
    expect(named(model.weights, stages)).toBe(named(plain.weights, stages));
    expect(model.weights.length - attention.length - named(model.weights, first)).toBe(plain.weights.length);
    for (const each of [model, plain]) each.dispose();
  });
});
