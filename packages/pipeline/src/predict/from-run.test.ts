import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { useBackend } from '@diff/backend';
import { dlCat } from '@diff/networks/diagnosis';
import { resUnet } from '@diff/networks/segmentation';
import { tgNetwork } from '@diff/tg-model';
import { saveModel } from '@diff/train/node';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { configSchema } from '../config/schema.js';
import { emptyFolder } from '../fixtures/command-line.js';
import { roundFolder, runFolder } from '../folder/run-folder.js';
import { fromRun } from './from-run.js';

const side = 16;
const structures = ['disc', 'cup'];
const net = { width: 4, stem: 'cifar', imageChannels: 1, structures: 2, size: [side, side] } as const;
const image = {
  data: Float32Array.from({ length: side * side }, (_, i) => ((i * i + 7 * i) % 256) / 255),
  height: side,
  width: side,
  channels: 1,
};
const meta = { structures, preprocessing: { height: side, width: side, channels: 1 } };

let run: string;
const logits: Record<string, Float32Array> = {};

/** A run folder as training leaves it, of networks with their first weights. */
beforeAll(async () => {
  await useBackend({ prefer: 'wasm' });
  run = await emptyFolder();
  const { config, round } = runFolder(run);
  await mkdir(join(run, 'round-0/models'), { recursive: true });
  await writeFile(config, stringify(configSchema.parse({})));
  const { model: fileOf } = roundFolder(round(0));
  const diagnosis = dlCat({ ...net, seed: 4 });
  const networks = {
    'T&G on DF-GT': tgNetwork({
      backbone: resUnet({ ...net, seed: 2 }),
      diagnosisNetwork: diagnosis,
      blocks: ['B1'],
      filters: 4,
      heads: 2,
      structures: 2,
    }),
    'Baseline-Seg on MV': resUnet({ ...net, seed: 3 }),
  };
  for (const [name, model] of Object.entries(networks)) {
    await saveModel(model, fileOf(name), meta);
    logits[name] = tf.tidy(
      () =>
        [model.predict(tf.tensor4d(image.data, [1, side, side, 1]))].flat()[0]!.dataSync() as Float32Array,
    );
    model.dispose();
  }
  const judge = dlCat({ ...net, seed: 4 });
  await saveModel(judge, fileOf('Baseline-Dia'), { ...meta, classes: ['well', 'ill'] });
  judge.dispose();
});

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describe('fromRun', () => {
  it.each([
    ['the first arm', {}, 'T&G on DF-GT'],
    ['an arm by its name', { arm: 'Baseline-Seg on MV' }, 'Baseline-Seg on MV'],
  ] as const)('predicts with %s what its networks say', async (_, options, name) => {
    const before = tf.memory().numTensors;
    const model = await fromRun(run, options);
    expect(model).toMatchObject({ structures, classes: ['well', 'ill'], channels: 1 });
    const { masks, probability, diagnosis, score } = await model.predict(image);
    for (const [s, structure] of structures.entries()) {
      const expected = Array.from({ length: side * side }, (_, p) => sigmoid(logits[name]![2 * p + s]!));
      expected.forEach((value, p) => expect(probability[structure]![p]).toBeCloseTo(value, 5));
      expect([...masks[structure]!]).toEqual(Array.from(probability[structure]!, (value) => +(value > 0.5)));
    }
    const judge = dlCat({ ...net, seed: 4 });
    const logit = tf.tidy(() => {
      const maps = structures.map((one) => tf.tensor4d(probability[one]!, [1, side, side, 1]));
      const input = tf.concat([tf.tensor4d(image.data, [1, side, side, 1]), ...maps], 3);
      return (judge.predict(input) as tf.Tensor).dataSync()[0]!;
    });
    judge.dispose();
    expect(score).toBeCloseTo(sigmoid(logit), 5);
    expect(diagnosis).toBe(score >= 0.5 ? 1 : 0);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('takes a threshold, an image of another size, and a URL', async () => {
    const model = await fromRun(pathToFileURL(run));
    const large = { ...image, data: new Float32Array(4 * side * side).fill(0.5), height: 32, width: 32 };
    const { masks, probability } = await model.predict(large, { threshold: 0 });
    expect(probability.cup).toHaveLength(32 * 32);
    expect(masks.cup!.every((value) => value === 1)).toBe(true);
    model.dispose();
  });

  it('refuses what the run has not, and images that do not fit, by name', async () => {
    await expect(fromRun(run, { arm: 'none' })).rejects.toThrow(
      'fromRun: arm is "none", expected one of "T&G on DF-GT"',
    );
    await expect(fromRun(run, { round: 3 })).rejects.toThrow(
      `there is no ${run}/round-3/models/T&G on DF-GT`,
    );
    await expect(fromRun(join(run, 'none'))).rejects.toThrow('none/config.yaml');
    for (const text of ['', 'a: [', 'segmentation: { arms: [] }']) {
      const damaged = await emptyFolder();
      await writeFile(join(damaged, 'config.yaml'), text);
      await expect(fromRun(damaged)).rejects.toThrow('config.yaml is damaged: it names no arm');
    }
    await expect(fromRun(run, { rounds: 1 } as never)).rejects.toThrow('round');
    const model = await fromRun(run);
    await expect(model.predict({ ...image, channels: 3 })).rejects.toThrow(
      'predict: image.channels is 3, expected 1 as in training',
    );
    await expect(model.predict({ ...image, height: 15 })).rejects.toThrow(RangeError);
    await expect(model.predict({ ...image, data: image.data.map(() => Number.NaN) })).rejects.toThrow(
      RangeError,
    );
    model.dispose();
  });
});
