import { useBackend } from '@diff/backend';
import { dice } from '@diff/metrics';
import { adam, type Example, predict, randomStream, train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { boxAround, decodeBox, encodeBox } from './box-code.js';
import { CutOut } from './cut-out.js';
import { unver, unverTask } from './unver.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

segmentationSuite('unver', { stride: 32, byHeart: false });

const inside = (y: number, x: number) => Math.hypot(y - 28, x - 40) < 12;
const side = 64;
const disc = () =>
  Float32Array.from({ length: side * side }, (_, p) => +inside(Math.floor(p / side), p % side));
const picture = () => disc().map((value, p) => (value ? 0.3 : 0.75) + 0.02 * Math.sin(p * p));
const logitOf = (p: number) => Math.log(p / (1 - p));

describe('box code', () => {
  it('gives every box back, and finds the box around a mask', () => {
    const random = randomStream(3);
    for (let i = 0; i < 50; i++) {
      const [top, left] = [random.integer(90), random.integer(60)];
      const box = {
        top,
        left,
        bottom: top + 1 + random.integer(96 - top),
        right: left + 1 + random.integer(64 - left),
      };
      expect(decodeBox(encodeBox(box, [96, 64]), [96, 64])).toEqual(box);
      const within = (p: number) => {
        const [y, x] = [Math.floor(p / 64), p % 64];
        return +(y >= box.top && y < box.bottom && x >= box.left && x < box.right);
      };
      expect(boxAround(within, [96, 64])).toEqual(box);
    }
    expect(boxAround(() => 0.4, [32, 32])).toBeUndefined();
  });
});

describe('unver', () => {
  it('with the true box cuts the disc out', () => {
    const mask = disc();
    const { cell, at, log } = encodeBox(boxAround((p) => mask[p]!, [side, side])!, [side, side]);
    tf.tidy(() => {
      const grid = tf.buffer([1, 2, 2, 5]);
      for (const [k, value] of [...at.map(logitOf), ...log, 4].entries())
        grid.set(value, 0, cell >> 1, cell % 2, k);
      const image = tf.tensor4d(picture(), [1, side, side, 1]);
      const logits = (new CutOut().apply([image, grid.toTensor()]) as tf.Tensor).dataSync();
      const found = [...logits].map((value) => +(value > 0));
      const both = found.reduce((sum, value, p) => sum + value * mask[p]!, 0);
      const all = found.reduce((sum, value, p) => sum + value + mask[p]!, 0);
      expect((2 * both) / all).toBeGreaterThan(0.98);
      expect(new Set(logits)).toEqual(new Set([10, -10]));
    });
  });

  it('is trained by the loss of its detector, by plain numbers', () => {
    tf.tidy(() => {
      const masks = tf.tensor4d([...disc(), ...disc().fill(0)], [2, side, side, 1]);
      const grid = tf.randomNormal<tf.Rank.R4>([2, 2, 2, 5], 0, 1, 'float32', 3);
      const batch = {
        ids: [],
        image: masks,
        masks,
        diagnosis: tf.zeros<tf.Rank.R2>([2, 1]),
        random: randomStream(1),
      };
      const values = grid.arraySync().flat(2);
      // The disc from row 17 to 40 and column 29 to 52: its centre, (28.5, 40.5), is in the cell (0, 1).
      const own = values[1]!;
      const term = (x: number, t: number) => t * Math.log1p(Math.exp(-x)) + (1 - t) * Math.log1p(Math.exp(x));
      const log = Math.log(23 / 32);
      const want =
        values.reduce((sum, cell, i) => sum + term(cell[4]!, +(i === 1)), 0) / 8 +
        term(own[0]!, 28.5 / 32) +
        term(own[1]!, 40.5 / 32 - 1) +
        (own[2]! - log) ** 2 +
        (own[3]! - log) ** 2;
      expect(
        unverTask()
          .loss(() => [masks, grid], batch)
          .dataSync()[0],
      ).toBeCloseTo(want, 4);
    });
  });

  it('drives the loss of its detector down, and then outlines the lesion', { timeout: 600_000 }, async () => {
    const model = unver({ width: 8, imageChannels: 1, size: [side, side], seed: 1 });
    const example: Example = {
      id: 'a',
      image: { data: picture(), height: side, width: side, channels: 1 },
      masks: [disc()],
    };
    const examples = [example, { ...example, id: 'b' }];
    const settings = { task: unverTask(), batchSize: 2, seed: 1, optimizer: adam({ learningRate: 0.005 }) };
    const { history } = await train(model, examples, { ...settings, epochs: 150 });
    expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss / 2);
    const [logits] = await predict(model, [example], { task: settings.task });
    const predicted = logits!.map((logit) => Number(logit > 0));
    expect(dice(predicted, disc())).toBeGreaterThan(0.9);
    model.dispose();
  });
});
