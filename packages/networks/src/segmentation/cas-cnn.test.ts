import { useBackend } from '@diff/backend';
import { adam, bce, type Loss, randomStream, train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { discs } from '../fixtures/discs.js';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { casCnn, casCnnTask } from './cas-cnn.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

segmentationSuite('casCnn', { stride: 8, byHeart: false });

const small = { width: 2, imageChannels: 1, size: [16, 16] } as const;
const picture = () => tf.randomUniform<tf.Rank.R4>([1, 16, 16, 1], 0, 1, 'float32', 4);

/** A convolution that says `value` everywhere. */
const set = (model: tfl.LayersModel, name: string, value: number) =>
  tf.tidy(() => {
    const layer = model.getLayer(name);
    layer.setWeights([tf.zerosLike(layer.getWeights()[0]!), tf.fill([1], value)]);
  });

/** A convolution whose first channel is `factor` times the channel `from`, plus `bias`; its others are `bias`. */
const pass = (model: tfl.LayersModel, name: string, from: number, { factor = 1, bias = 0 } = {}) =>
  tf.tidy(() => {
    const layer = model.getLayer(name);
    const [kernel, own] = layer.getWeights();
    const taps = tf.buffer(kernel!.shape);
    const centre = (kernel!.shape[0]! - 1) / 2;
    taps.set(factor, centre, centre, from, 0);
    layer.setWeights([taps.toTensor(), tf.fill(own!.shape, bias)]);
  });

describe('casCnn', () => {
  it('with nothing found by the first stages is its last stage alone, on the whole image', () => {
    const model = casCnn(small);
    set(model, 'region', -1);
    set(model, 'cells', -1);
    tf.tidy(() => {
      const [logits, , , fine] = model.predict(picture()) as tf.Tensor[];
      // The square around the whole image has a margin, beyond which its border is repeated: the crop is read back.
      const whole = model.getLayer('fcn.0.conv1').input as tfl.SymbolicTensor;
      const crops = tfl.model({ inputs: model.inputs, outputs: whole }).predict(picture()) as tf.Tensor4D;
      const last = tfl.model({
        inputs: model.inputs,
        outputs: model.getLayer('fcn.sum0').output as tfl.SymbolicTensor,
      });
      expect([...(last.predict(picture()) as tf.Tensor).dataSync()]).toEqual([...fine!.dataSync()]);
      expect(crops.shape).toEqual([1, 16, 16, 1]);
      expect(logits!.dataSync().every((value) => value > -10)).toBe(true);
    });
    model.dispose();
  });

  it('narrows the region: what the first two stages leave out is background, whatever the last one says', () => {
    const model = casCnn({ ...small, size: [32, 32] });
    // The U-Net finds the bright square: its logit is the image's brightness alone.
    const image = tf.tidy(() => {
      const values = Array.from(
        { length: 1024 },
        (_, p) => +(p >> 5 >= 8 && p >> 5 < 16 && p % 32 >= 16 && p % 32 < 24),
      );
      return tf.tensor4d(values, [1, 32, 32, 1]);
    });
    set(model, 'fcn.score0', 4);
    for (const i of [1, 2, 3]) set(model, `fcn.score${i}`, 0);
    set(model, 'cells', 1);
    // Of the decoder's first convolution the input is two channels from below, then the encoder's.
    for (const level of ['encoder', 'decoder'])
      for (const conv of ['conv1', 'conv2'])
        pass(model, `region.${level}.0.${conv}`, level === 'decoder' && conv === 'conv1' ? 2 : 0);
    pass(model, 'region', 0, { factor: 4, bias: -2 });
    tf.tidy(() => {
      const [logits, , , , first] = model.predict(image) as tf.Tensor4D[];
      expect([...first!.dataSync()]).toEqual([...image.dataSync()]);
      const got = logits!.arraySync()[0]!.map((row) => row.map(([value]) => value!));
      for (const [y, row] of got.entries())
        for (const [x, value] of row.entries()) {
          // Of 8 pixels with a margin of 0.2 on each side twice: 8 · 1.4 · 1.4 = 15.7 around (11.5, 19.5).
          const away = Math.max(Math.abs(y - 11.5), Math.abs(x - 19.5));
          if (away < 5) expect(value).toBeCloseTo(4, 3);
          if (away > 6.5) expect(value).toBeCloseTo(-10, 3);
        }
    });
    image.dispose();
    model.dispose();
  });

  it('is trained by the losses of its three stages, each on masks cropped as its image is', () => {
    const model = casCnn(small);
    set(model, 'region', -1);
    set(model, 'cells', -1);
    tf.tidy(() => {
      const masks = tf.cast(tf.greater(picture(), 0.5), 'float32') as tf.Tensor4D;
      const batch = {
        ids: [],
        image: picture(),
        masks,
        diagnosis: tf.zeros<tf.Rank.R2>([1, 1]),
        random: randomStream(1),
      };
      const outputs = model.predict(picture()) as tf.Tensor[];
      const got = casCnnTask()
        .loss(() => outputs, batch)
        .dataSync()[0]!;
      // Nothing found: the square around all of 16 pixels, 22.4 wide, borders repeated; twice for the last stage.
      const read = (map: number[][]): number[][] => {
        const line = (i: number) => {
          const at = Math.min(15, Math.max(0, 7.5 + 1.4 * (i - 7.5)));
          const weights = Array.from({ length: 16 }, (_, j) => Math.max(0, 1 - Math.abs(at - j) / 1.4));
          const sum = weights.reduce((a, b) => a + b, 0);
          return weights.map((w) => w / sum);
        };
        const lines = Array.from({ length: 16 }, (_, i) => line(i));
        return lines.map((v) =>
          lines.map((u) =>
            v.reduce((sum, wy, y) => sum + wy * u.reduce((part, wx, x) => part + wx * map[y]![x]!, 0), 0),
          ),
        );
      };
      const once = read(masks.arraySync()[0]!.map((row) => row.map(([value]) => value!)));
      const shares = [0, 8].map((y) =>
        [0, 8].map(
          (x) =>
            once
              .slice(y, y + 8)
              .flatMap((row) => row.slice(x, x + 8))
              .reduce((a, b) => a + b, 0) / 64,
        ),
      );
      const loss = (logits: tf.Tensor, target: number[][]) =>
        bce()(logits, tf.tensor(target.flat(), logits.shape)).dataSync()[0]!;
      const want =
        bce()(outputs[1]!, masks).dataSync()[0]! + loss(outputs[2]!, shares) + loss(outputs[3]!, read(once));
      expect(got).toBeCloseTo(want, 4);
    });
    model.dispose();
  });

  it('drives the loss of each stage down', { timeout: 600_000 }, async () => {
    const model = casCnn({ width: 4, imageChannels: 1, size: [16, 16], seed: 1 });
    /** How far they are from the best: of the U-Net, the cells and the last stage, since the task adds them up in this order. */
    const losses = () =>
      tf.tidy(() => {
        const each: number[] = [];
        const noting: Loss = (logits, target) => {
          const value = bce()(logits, target);
          // Of soft targets the loss cannot fall below their own entropy.
          const best = bce()(tf.log(tf.div(tf.add(target, 1e-6), tf.sub(1 + 1e-6, target))), target);
          each.push(tf.sub(value, best).dataSync()[0]!);
          return value;
        };
        const images = discs().flatMap(({ image }) => [...image.data]);
        const image = tf.tensor4d(images, [4, 16, 16, 1]);
        const masks = tf.tensor4d(
          discs().flatMap(({ masks }) => [...masks[0]!]),
          [4, 16, 16, 1],
        );
        const batch = {
          ids: [],
          image,
          masks,
          diagnosis: tf.zeros<tf.Rank.R2>([4, 1]),
          random: randomStream(1),
        };
        casCnnTask({ loss: noting }).loss((x) => model.predict(x as tf.Tensor) as tf.Tensor[], batch);
        return each;
      });
    const before = losses();
    const optimizer = adam({ learningRate: 0.01 });
    await train(model, discs(), { task: casCnnTask(), epochs: 100, batchSize: 4, optimizer, seed: 1 });
    const after = losses();
    for (const stage of [0, 1, 2]) expect(after[stage]! / before[stage]!, `stage ${stage}`).toBeLessThan(0.5);
    model.dispose();
  });

  it('refuses a region whose side is no multiple of 8', () => {
    expect(() => casCnn({ cropSize: 20 })).toThrow('casCnn: cropSize is 20, expected a multiple of 8');
  });
});
