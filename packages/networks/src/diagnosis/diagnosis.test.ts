import { useBackend } from '@diff/backend';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { discs } from '../fixtures/discs.js';
import {
  adam,
  attentionTask,
  baselineDia,
  dlAtt,
  dlCat,
  dlRoi,
  freeze,
  noMask,
  resnet,
  train,
} from '../index.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

const small = { width: 2, stem: 'cifar', imageChannels: 1, structures: 2, seed: 3 } as const;
const size = 16;
const image = tf.tidy.bind(tf, () =>
  tf.randomUniform<tf.Rank.R4>([2, size, size, 1], 0, 1, 'float32', 1),
) as () => tf.Tensor4D;

/** Two mask channels of rectangles [top, left, bottom, right), the same for both images. */
function rectangles(...boxes: [number, number, number, number][]): tf.Tensor4D {
  const mask = tf.buffer([2, size, size, 2]);
  for (const b of [0, 1])
    for (const [s, [top, left, bottom, right]] of boxes.entries())
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) mask.set(1, b, y, x, s);
  return mask.toTensor() as tf.Tensor4D;
}
const logits = (model: tfl.LayersModel, mask: tf.Tensor4D) =>
  tf.tidy(() => [...[model.predict(tf.concat([image(), mask], 3))].flat()[0]!.dataSync()]);
const disc = [3, 4, 12, 11] as [number, number, number, number];
const cup = [6, 6, 9, 9] as [number, number, number, number];

const all: [string, () => tfl.LayersModel][] = [
  ['noMask', () => noMask(small)],
  ['dlCat', () => dlCat(small)],
  ['dlRoi', () => dlRoi({ ...small, cropSize: 12 })],
  ['dlAtt', () => dlAtt(small)],
  ['baselineDia', () => baselineDia(small)],
];

describe.each(all)('%s', (name, make) => {
  it('maps image ⊕ mask [B, H, W, C + S] to logits [B, 1], of any size and both stems', () => {
    const model = make();
    for (const side of [16, 24])
      tf.tidy(() => {
        const output = model.predict(tf.zeros([3, side, side, 3])) as tf.Tensor;
        expect(output.shape).toEqual([3, 1]);
      });
    model.dispose();
  });

  it(`${name === 'noMask' ? 'has no gradient' : 'has a gradient'} by the mask, and one by the image`, () => {
    const model = make();
    const frozen = freeze(model);
    // Soft and without ties, so that a numerical derivative exists.
    const x = tf.tidy(() => tf.randomUniform<tf.Rank.R4>([1, size, size, 3], 0.05, 0.95, 'float32', 8));
    const gradient = tf.tidy(() =>
      tf
        .grad((input) => tf.sum(frozen(input as tf.Tensor4D)))(x)
        .arraySync(),
    ) as number[][][][];
    const strength = (channel: number) =>
      gradient[0]!.flat().reduce((sum, pixel) => sum + Math.abs(pixel[channel]!), 0);
    expect(strength(0)).toBeGreaterThan(1e-4);
    for (const channel of [1, 2]) expect(strength(channel) > 1e-6).toBe(name !== 'noMask');
    x.dispose();
    frozen.dispose();
    model.dispose();
  });
});

describe('noMask', () => {
  it('gives the same logits whatever the mask', () => {
    const model = noMask(small);
    expect(logits(model, rectangles(disc, cup))).toEqual(
      logits(model, rectangles([0, 0, 16, 16], [2, 2, 3, 3])),
    );
    model.dispose();
  });
});

describe('dlCat', () => {
  it('is the ResNet of image and mask channels together', () => {
    const model = dlCat(small);
    const plain = resnet({ ...small, inputChannels: 3, classes: 1 });
    expect(logits(model, rectangles(disc, cup))).toEqual(logits(plain, rectangles(disc, cup)));
    for (const each of [model, plain]) each.dispose();
  });
});

describe('dlRoi', () => {
  it('does not see a change of the mask inside the same box, and sees another box', () => {
    const model = dlRoi({ ...small, cropSize: 12 });
    const before = logits(model, rectangles(disc, cup));
    expect(logits(model, rectangles(disc, [4, 5, 5, 10]))).toEqual(before);
    // Two corners alone have the same box.
    expect(logits(model, rectangles([3, 4, 4, 5], [11, 10, 12, 11]))).toEqual(before);
    expect(logits(model, rectangles([3, 4, 12, 12], cup))).not.toEqual(before);
    model.dispose();
  });

  it('takes an empty mask for the whole image', () => {
    const model = dlRoi({ ...small, cropSize: 12 });
    const empty = logits(model, rectangles());
    expect(empty.every(Number.isFinite)).toBe(true);
    expect(logits(model, rectangles([0, 0, 16, 16]))).toEqual(empty);
    model.dispose();
  });
});

describe('dlAtt', () => {
  it('is the plain ResNet under a mask of ones, and sees nothing but its bias under an empty one', () => {
    const model = dlAtt(small);
    const plain = resnet({ ...small, inputChannels: 1, classes: 1 });
    const ones = rectangles([0, 0, 16, 16], [0, 0, 16, 16]);
    const want = tf.tidy(() => [...(plain.predict(image()) as tf.Tensor).dataSync()]);
    for (const [i, value] of logits(model, ones).entries()) expect(value).toBeCloseTo(want[i]!, 5);
    const [a, b] = logits(model, rectangles());
    expect(a).toBeCloseTo(b!, 6);
    for (const each of [model, plain]) each.dispose();
  });

  it('multiplies the features by the mean over structures, in [0, 1]', () => {
    const model = dlAtt(small);
    const attention = tfl.model({
      inputs: model.inputs,
      outputs: model.getLayer('attention').output as tfl.SymbolicTensor,
    });
    const map = tf.tidy(() =>
      (attention.predict(tf.concat([image(), rectangles(disc, cup)], 3)) as tf.Tensor4D).arraySync(),
    )[0]!;
    expect([map[7]![7]![0], map[4]![5]![0], map[0]![0]![0]]).toEqual([1, 0.5, 0]);
    model.dispose();
  });

  it('learns, where asked to, to predict the attention that the masks teach', async () => {
    const model = dlAtt({
      width: 4,
      stem: 'cifar',
      imageChannels: 1,
      structures: 1,
      attention: 'predicted',
      seed: 1,
    });
    await train(model, discs(24), {
      epochs: 5,
      batchSize: 4,
      task: attentionTask(),
      optimizer: adam({ learningRate: 1e-2 }),
    });
    const [example] = discs(1, 12, 7);
    const attention = tf.tidy(() => {
      const input = tf.concat(
        [tf.tensor4d(example!.image.data, [1, 12, 12, 1]), tf.zeros<tf.Rank.R4>([1, 12, 12, 1])],
        3,
      );
      return tf.sigmoid((model.predict(input) as tf.Tensor[])[1]!).dataSync();
    });
    const mean = (value: 0 | 1) => {
      const chosen = [...attention].filter((_, i) => example!.masks[0]![i] === value);
      return chosen.reduce((sum, a) => sum + a, 0) / chosen.length;
    };
    expect(mean(1)).toBeGreaterThan(0.6);
    expect(mean(0)).toBeLessThan(0.3);
    model.dispose();
  });
});

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
