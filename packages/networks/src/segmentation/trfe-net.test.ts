import { useBackend } from '@diff/backend';
import { type Batch, diceLoss, type Example, randomStream } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { discs } from '../fixtures/discs.js';
import { segmentationSuite } from '../fixtures/segmentation-suite.js';
import { trfeNet, trfeNetTask } from './trfe-net.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

segmentationSuite('trfeNet', { stride: 16 });

const small = { width: 2, imageChannels: 1, size: [16, 16] } as const;
const picture = () => tf.randomUniform<tf.Rank.R4>([1, 16, 16, 1], 0, 1, 'float32', 4);

/** The gland's logit becomes `value` everywhere. */
const setGland = (model: tfl.LayersModel, value: number) =>
  tf.tidy(() => {
    const layer = model.getLayer('gland');
    const [kernel] = layer.getWeights();
    layer.setWeights([tf.zerosLike(kernel!), tf.fill([1], value)]);
  });

describe('trfeNet', () => {
  it('feeds the gland back: c + c · gland at every gated level, and is a plain U-Net where the gland is 0', () => {
    const model = trfeNet(small);
    const at = (names: string[]) =>
      tfl.model({
        inputs: model.inputs,
        outputs: names.map((name) => model.getLayer(name).output as tfl.SymbolicTensor),
      });
    const levels = [3, 2, 1];
    const inside = at(levels.flatMap((i) => [`nodule.${i}.relu2`, `gland.gate${i}`, `nodule.${i}.fed`]));
    const check = () =>
      tf.tidy(() => {
        const maps = (inside.predict(picture()) as tf.Tensor4D[]).map((map) => map.arraySync()[0]!);
        for (const [i, level] of levels.entries()) {
          const [own, gate, fed] = maps.slice(3 * i, 3 * i + 3);
          expect([gate!.length, gate![0]!.length]).toEqual([16 >> level, 16 >> level]);
          for (const [y, row] of own!.entries())
            for (const [x, pixel] of row.entries())
              for (const [c, value] of pixel.entries())
                expect(fed![y]![x]![c]).toBeCloseTo(value * (1 + gate![y]![x]![0]!), 5);
        }
        return maps;
      });
    check();
    setGland(model, -200);
    const off = check();
    for (const i of [0, 1, 2]) expect(off[3 * i + 2]).toEqual(off[3 * i]);
    model.dispose();
  });

  it('takes every other pixel of the gland’s probability, from the first', () => {
    const model = trfeNet(small);
    const gates = tfl.model({
      inputs: model.inputs,
      outputs: ['gland.probability', 'gland.gate1', 'gland.gate2'].map(
        (name) => model.getLayer(name).output as tfl.SymbolicTensor,
      ),
    });
    tf.tidy(() => {
      const [full, half, quarter] = (gates.predict(picture()) as tf.Tensor4D[]).map(
        (map) => map.arraySync()[0]!,
      );
      for (let y = 0; y < 4; y++)
        for (let x = 0; x < 4; x++) {
          expect(half![2 * y]![2 * x]).toEqual(full![4 * y]![4 * x]);
          expect(quarter![y]![x]).toEqual(full![4 * y]![4 * x]);
        }
    });
    model.dispose();
  });
});

describe('trfeNetTask', () => {
  const batchOf = (examples: readonly Example[]): Batch => ({
    ids: examples.map(({ id }) => id),
    image: tf.tensor4d(
      examples.flatMap(({ image }) => [...image.data]),
      [examples.length, 16, 16, 1],
    ),
    masks: tf.tensor4d(
      examples.flatMap(({ masks }) => [...masks[0]!]),
      [examples.length, 16, 16, 1],
    ),
    diagnosis: tf.zeros([examples.length, 1]),
    random: randomStream(3),
  });
  const [nodules, glands] = [discs().slice(0, 2), discs().slice(2)];
  /** A stand-in for the network: the logits are 4·x − 2 and 2 − x. */
  const forward = (x: tf.Tensor | tf.Tensor[]) => [
    tf.sub(tf.mul(x as tf.Tensor, 4), 2),
    tf.sub(2, x as tf.Tensor),
  ];

  it('is soft Dice of the nodule and half of that of the gland, each image by its own structure', () => {
    tf.tidy(() => {
      const batch = batchOf(nodules);
      const random = randomStream(3);
      const drawn = batchOf(nodules.map(() => glands[random.integer(2)]!));
      const want =
        diceLoss()(forward(batch.image)[0]!, batch.masks).dataSync()[0]! +
        0.5 * diceLoss()(forward(drawn.image)[1]!, drawn.masks).dataSync()[0]!;
      expect(trfeNetTask({ glands }).loss(forward, batch).dataSync()[0]).toBeCloseTo(want, 5);
    });
  });

  it('without outlines of the gland takes the surroundings of the mask, two pixels around it here', () => {
    tf.tidy(() => {
      const batch = batchOf(nodules);
      const wide = nodules.map(({ masks: [mask], ...example }) => ({
        ...example,
        masks: [
          Uint8Array.from(mask!, (_, p) => {
            const [y, x] = [p >> 4, p & 15];
            const near = Array.from(
              mask!,
              (inside, q) => inside && Math.abs((q >> 4) - y) <= 2 && Math.abs((q & 15) - x) <= 2,
            );
            return +near.some(Boolean);
          }),
        ],
      }));
      const [nodule, gland] = forward(batch.image);
      const want =
        diceLoss()(nodule!, batch.masks).dataSync()[0]! +
        0.5 * diceLoss()(gland!, batchOf(wide).masks).dataSync()[0]!;
      expect(trfeNetTask().loss(forward, batch).dataSync()[0]).toBeCloseTo(want, 5);
    });
  });

  it('refuses glands of another size, and none at all', () => {
    const other = { ...glands[0]!, image: { data: new Float32Array(64), height: 8, width: 8, channels: 1 } };
    tf.tidy(() => {
      expect(() => trfeNetTask({ glands: [other] }).loss(forward, batchOf(nodules))).toThrow(
        'trfeNetTask: glands[0] is 8 × 8 × 1, expected 16 × 16 × 1 as the batch',
      );
    });
    expect(() => trfeNetTask({ glands: [] })).toThrow('trfeNetTask: glands is empty, expected at least one');
  });
});
