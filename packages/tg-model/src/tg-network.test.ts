import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useBackend } from '@diff/backend';
import { resnet } from '@diff/networks';
import { baselineDia, dlCat, noMask } from '@diff/networks/diagnosis';
import { resUnet } from '@diff/networks/segmentation';
import { adam, type Example, memoryStorage, type Storage, train } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { attentionHealth } from './attention-health.js';
import { attentionMaps } from './attention-maps.js';
import { Give } from './give.js';
import { takeAndGive } from './take-and-give.js';
import { type TGNetworkOptions, tgNetwork } from './tg-network.js';

beforeAll(() => useBackend({ prefer: 'wasm' }));

const size = [16, 16] as const;
const small = { width: 4, stem: 'cifar', size, seed: 1 } as const;
const diagnosis = { ...small, imageChannels: 1, structures: 1, seed: 9 };
const backbone = (seed = 1) => resnet({ ...small, seed, inputChannels: 1 });

/** Whatever the seed gives: a batch norm that has seen nothing would make a network as good as linear. */
function worn<Model extends tfl.LayersModel>(model: Model): Model {
  model.weights.forEach((w, i) => {
    if (!w.originalName.includes('moving')) return;
    const [low, high] = w.originalName.endsWith('mean') ? [-0.2, 0.2] : [0.5, 1.5];
    const value = tf.randomUniform(w.shape as number[], low, high, 'float32', i);
    w.write(value);
    value.dispose();
  });
  return model;
}

const network = (options: Partial<TGNetworkOptions> = {}) =>
  tgNetwork({
    backbone: backbone(),
    diagnosisNetwork: worn(dlCat(diagnosis)),
    filters: 16,
    heads: 2,
    seed: 1,
    ...options,
  });

const examples: Example[] = Array.from({ length: 8 }, (_, i) => {
  const data = new Float32Array(16 * 16);
  const mask = new Float32Array(16 * 16);
  for (let y = 0; y < 16; y++)
    for (let x = 0; x < 16; x++) {
      const inside = Math.hypot(y - 8, x - 5 - i) < 3 + (i % 3);
      data[y * 16 + x] = (inside ? 0.7 : 0.3) + 0.1 * Math.sin(7 * x + 3 * y + i);
      mask[y * 16 + x] = inside ? 0.9 : 0;
    }
  return {
    id: `disc ${i}`,
    image: { data, height: 16, width: 16, channels: 1 },
    masks: [mask],
    diagnosis: (i % 2) as 0 | 1,
  };
});
const images = (count = 2) =>
  tf.stack(examples.slice(0, count).map((e) => tf.tensor3d(e.image.data, [16, 16, 1])));
const outputsOf = (model: tfl.LayersModel, x: tf.Tensor) => [model.predict(x)].flat();
const values = (weights: tfl.LayerVariable[]) => weights.map((w) => [...w.read().dataSync()]);

describe('tgNetwork', () => {
  it('is Baseline-Seg, weight for weight and number for number, without blocks', () =>
    tf.tidy(() => {
      const model = tgNetwork({ backbone: backbone(), blocks: [], structures: 2, filters: 16, seed: 1 });
      const baseline = resUnet({ ...small, imageChannels: 1, structures: 2, filters: 16 });
      const named = (m: tfl.LayersModel) => m.weights.map((w) => [w.originalName, w.shape]);
      expect(named(model)).toEqual(named(baseline));
      expect(values(model.weights)).toEqual(values(baseline.weights));
      const x = images();
      expect(outputsOf(model, x).map((y) => [...y.dataSync()])).toEqual(
        outputsOf(baseline, x).map((y) => [...y.dataSync()]),
      );
    }));

  it('gives logits per structure, and those of the coarse mask where there is one', () =>
    tf.tidy(() => {
      const two = worn(dlCat({ ...diagnosis, structures: 2 }));
      const shapes = (options: Partial<TGNetworkOptions>) =>
        outputsOf(network({ structures: 2, diagnosisNetwork: two, ...options }), images()).map(
          (y) => y.shape,
        );
      expect(shapes({})).toEqual([
        [2, 16, 16, 2],
        [2, 16, 16, 2],
      ]);
      expect(shapes({ mask: 'zeros', variant: 'released', blocks: ['B3'] })).toEqual([[2, 16, 16, 2]]);
    }));

  it.each([['paper'], ['released'], ['balanced']] as const)(
    'has one Give and one Take for each block: %s',
    (variant) => {
      const names = (blocks: string[]) =>
        network({ blocks, variant, mask: 'zeros' })
          .layers.map((layer) => layer.name)
          .filter((name) => /^(give|take)\.\w+$/.test(name))
          .sort();
      expect(names(['B1', 'B2', 'B3'])).toEqual([
        'give.B1',
        'give.B2',
        'give.B3',
        'take.B1',
        'take.B2',
        'take.B3',
      ]);
      expect(names(['B4'])).toEqual(['give.B4', 'take.B4']);
      expect(names(['stem', 'B2'])).toEqual(['give.B2', 'give.stem', 'take.B2', 'take.stem']);
    },
  );

  it('is the baseline where it has a residual and its Takes give nothing', () =>
    tf.tidy(() => {
      const model = network({ variant: 'balanced' });
      for (const weight of model.weights)
        if (/^take\..*mlp_2$/.test(weight.originalName)) weight.write(tf.zeros(weight.shape as number[]));
      const baseline = network({ blocks: [] });
      const [y, expected] = [model, baseline].map((m) => [...outputsOf(m, images())[0]!.dataSync()]);
      expect(y).toEqual(expected);
    }));

  it('is literal in the variants paper and released: no residual unless asked for', () => {
    const adds = (options: Partial<TGNetworkOptions>) =>
      network({ mask: 'zeros', blocks: ['B3'], ...options }).layers.some(
        ({ name }) => name === 'take.B3.add',
      );
    expect([{}, { variant: 'released' } as const].map(adds)).toEqual([false, false]);
    expect(adds({ variant: 'balanced' })).toBe(true);
    expect(adds({ variant: 'balanced', residual: false })).toBe(false);
    expect(adds({ residual: true })).toBe(true);
  });

  it('hears the diagnosis network at every connected block', () =>
    tf.tidy(() => {
      for (const block of ['B1', 'B4']) {
        const [one, same, other] = [9, 9, 10].map((seed) => {
          const diagnosisNetwork = worn(dlCat({ ...diagnosis, seed }));
          const [y] = outputsOf(network({ blocks: [block], diagnosisNetwork, mask: 'zeros' }), images());
          return [...y!.dataSync()];
        });
        expect(same).toEqual(one);
        expect(other).not.toEqual(one);
      }
    }));

  it.each([
    ['paper', 'coarse', baselineDia],
    ['released', 'coarse', dlCat],
    ['paper', 'zeros', noMask],
    ['balanced', 'zeros', dlCat],
  ] as const)(
    'leaves the diagnosis network bit-equal, and nothing else, when it is trained: %s, %s',
    async (variant, mask, make) => {
      const diagnosisNetwork = worn(make(diagnosis));
      const model = network({ variant, mask, diagnosisNetwork, blocks: ['B2', 'B3'] });
      const frozen = model.getLayer('diagnosis');
      const original = values(diagnosisNetwork.weights);
      const before = values(frozen.weights);
      const trainable = values(model.trainableWeights);
      expect(model.trainableWeights.some((w) => w.originalName.startsWith('diagnosis/'))).toBe(false);
      expect(before.flat().length).toBeGreaterThan(1000);
      tf.tidy(() => void model.predict(images())); // the first call folds the frozen network's batch norms
      const tensors = tf.memory().numTensors;
      const { history } = await train(model, examples, {
        task: takeAndGive(),
        epochs: 3,
        batchSize: 4,
        optimizer: adam({ learningRate: 1e-3 }),
      });
      expect(tf.memory().numTensors).toBe(tensors);
      expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss);
      expect(values(frozen.weights)).toEqual(before);
      expect(values(diagnosisNetwork.weights)).toEqual(original);
      for (const [i, w] of model.trainableWeights.entries())
        if (!/attention_key_beta$/.test(w.originalName))
          expect(values([w])[0], w.originalName).not.toEqual(trainable[i]);
      model.dispose();
      diagnosisNetwork.dispose();
    },
  );

  it.each(['paper', 'released'] as const)(
    'sends gradients to encoder, both decoders, Take and Give: %s',
    (variant) =>
      tf.tidy(() => {
        const model = network({ variant });
        const target = tf.stack(
          examples.slice(0, 2).map((e) => tf.tensor3d(e.masks[0] as Float32Array, [16, 16, 1])),
        );
        const batch = { image: images(), masks: target } as Parameters<
          ReturnType<typeof takeAndGive>['loss']
        >[1];
        const { grads } = tf.variableGrads(
          () => takeAndGive().loss((x) => model.apply(x, { training: true }) as tf.Tensor[], batch),
          model.trainableWeights.map((w) => w.read() as tf.Variable),
        );
        const largest = (prefix: RegExp) => {
          const matching = model.trainableWeights.filter((w) => prefix.test(w.originalName));
          expect(matching.length, String(prefix)).toBeGreaterThan(0);
          return matching.map((w) => tf.max(tf.abs(grads[(w.read() as tf.Variable).name]!)).dataSync()[0]!);
        };
        for (const part of [
          /^conv1/,
          /^layer1\.0\.conv1/,
          /^layer4/,
          /^decoder\.B3\.up/,
          /^decoder\.stem/,
          /^coarse\.B1/,
          /^logits/,
        ])
          for (const size of largest(part)) expect(size).toBeGreaterThan(0);
        for (const block of ['B1', 'B2', 'B3'])
          for (const layer of ['give', 'take'])
            for (const weight of ['query', 'key', 'value', 'mlp_1', 'mlp_2'])
              for (const size of largest(new RegExp(`^${layer}\\.${block}/${weight}$`)))
                expect(size).toBeGreaterThan(0);
      }),
  );

  it('resumes training bit-equal, skipped branches included', async () => {
    const run = async (storage: Storage, stopAfter?: number) => {
      const model = network({ variant: 'released', blocks: ['B3'], mask: 'zeros', dropPath: 0.4 });
      const controller = new AbortController();
      const training = train(model, examples, {
        task: takeAndGive(),
        epochs: 3,
        batchSize: 4,
        storage,
        signal: controller.signal,
        onStep: ({ step }) => void (step === stopAfter && controller.abort()),
      });
      await (stopAfter ? expect(training).rejects.toThrow() : training);
      const weights = values(model.weights);
      model.dispose();
      return weights;
    };
    const interrupted = memoryStorage();
    await run(interrupted, 3);
    expect(await run(interrupted)).toEqual(await run(memoryStorage()));
  });

  it('takes any encoder and diagnosis network whose layers are named', () =>
    tf.tidy(() => {
      const tower = (channels: number, names: string[]) => {
        const input = tfl.input({ shape: [16, 24, channels] });
        let x = input;
        for (const [i, name] of names.entries())
          x = tfl.layers
            .conv2d({
              name,
              filters: 4 + 2 * i,
              kernelSize: 3,
              strides: i ? 2 : 1,
              padding: 'same',
              activation: 'relu',
            })
            .apply(x) as tfl.SymbolicTensor;
        const pooled = tfl.layers.globalAveragePooling2d({}).apply(x);
        return tfl.model({
          inputs: input,
          outputs: tfl.layers.dense({ units: 1 }).apply(pooled) as tfl.SymbolicTensor,
        });
      };
      const model = tgNetwork({
        backbone: tower(3, ['fine', 'middle', 'low']),
        diagnosisNetwork: tower(4, ['early', 'middle', 'low']),
        levels: ['fine', 'middle', 'low'],
        blocks: ['middle', 'low'],
        filters: 8,
        heads: 2,
      });
      expect(outputsOf(model, tf.zeros([1, 16, 24, 3])).map((y) => y.shape)).toEqual([
        [1, 16, 24, 1],
        [1, 16, 24, 1],
      ]);
    }));

  it('shows a network with two inputs the image and the mask, and one with the image alone the image', () =>
    tf.tidy(() => {
      const image = tfl.input({ shape: [16, 16, 1] });
      const mask = tfl.input({ shape: [16, 16, 1] });
      const conv = (x: unknown, name: string) =>
        tfl.layers
          .conv2d({ name, filters: 4, kernelSize: 3, strides: 2, padding: 'same' })
          .apply(x as tfl.SymbolicTensor) as tfl.SymbolicTensor;
      const both = tfl.model({
        inputs: [image, mask],
        outputs: conv(tfl.layers.concatenate().apply([image, mask]), 'B2'),
      });
      const alone = tfl.model({ inputs: image, outputs: conv(image, 'B2') });
      for (const [diagnosisNetwork, mask] of [
        [both, 'coarse'],
        [both, 'zeros'],
        [alone, 'none'],
      ] as const) {
        const model = network({ diagnosisNetwork, mask, blocks: ['B2'] });
        const features = tfl.model({
          inputs: model.inputs,
          outputs: model.getLayer('diagnosis').output as tfl.SymbolicTensor,
        });
        const x = images(1);
        const coarse = mask === 'coarse' ? tf.sigmoid(outputsOf(model, x)[1]!) : tf.zeros([1, 16, 16, 1]);
        const expected = diagnosisNetwork.predict(mask === 'none' ? x : [x, coarse]) as tf.Tensor;
        const difference = tf.max(tf.abs(tf.sub(features.predict(x) as tf.Tensor, expected)));
        expect(difference.dataSync()[0]).toBeLessThan(1e-5);
      }
    }));

  it('loads again in a fresh process, and predicts the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tg-model-'));
    try {
      for (const variant of ['paper', 'released', 'balanced'] as const) {
        const model = network({ variant, blocks: ['B2'], diagnosisNetwork: worn(baselineDia(diagnosis)) });
        let stored: tf.io.ModelArtifacts | undefined;
        await model.save(
          tf.io.withSaveHandler(async (artifacts) => {
            stored = artifacts;
            return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
          }),
        );
        const { weightData, ...rest } = stored!;
        const weights = Buffer.from(weightData as ArrayBuffer).toString('base64');
        const file = join(folder, 'model.json');
        writeFileSync(file, JSON.stringify({ ...rest, weights }));
        const script = fileURLToPath(new URL('./fixtures/load-model.ts', import.meta.url));
        const out = execFileSync(
          process.execPath,
          ['--conditions=@diff/source', '--import', 'tsx', script, file],
          {
            encoding: 'utf8',
          },
        );
        const expected = tf.tidy(() => [...outputsOf(model, tf.fill([1, 16, 16, 1], 0.5))[0]!.dataSync()]);
        const loaded = JSON.parse(out.trim().split('\n').at(-1)!) as number[];
        expect(loaded.length).toBe(256);
        expect(Math.max(...loaded.map((x, i) => Math.abs(x - expected[i]!)))).toBeLessThan(1e-4);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    [{ blocks: ['B5'] }, RangeError, 'blocks has "B5", expected some of the levels stem, B1, B2, B3, B4'],
    [
      { blocks: ['B1'], diagnosisNetwork: undefined },
      TypeError,
      'diagnosisNetwork is undefined, expected a tf.layers model',
    ],
    [{ block: ['B1'] }, TypeError, 'tgNetwork: there is no option "block", did you mean blocks?'],
    [{ mask: 'coarce' }, RangeError, 'mask is "coarce", expected one of'],
    [{ inject: 'sum' }, RangeError, 'inject is "sum", expected one of'],
    [{ backbone: undefined }, TypeError, 'backbone is undefined, expected a tf.layers model'],
    [{ levels: ['stem', 'B9'] }, RangeError, 'backbone has no layer called "B9", expected one of input, '],
    [
      { structures: 2 },
      RangeError,
      "diagnosisNetwork takes 2 channels, expected 3, or 1 and 2 (image 1, mask 2) where mask is 'coarse'",
    ],
    [
      { mask: 'none' },
      RangeError,
      "diagnosisNetwork takes 2 channels, expected 1 (image 1) where mask is 'none'",
    ],
  ] as const)('refuses what does not fit together, by name: %j', (options, kind, message) => {
    const make = () => network(options as unknown as Partial<TGNetworkOptions>);
    expect(make).toThrow(kind);
    expect(make).toThrow(message);
  });

  it('refuses an encoder of any size, since positions need one', () => {
    expect(() => network({ backbone: resnet({ width: 4, inputChannels: 1 }) })).toThrow(
      'backbone takes [null,null,null,1], expected one image of fixed size',
    );
  });
});

describe('takeAndGive', () => {
  it('adds the coarse loss with its weight', () =>
    tf.tidy(() => {
      const [a, b] = [tf.fill([1, 2, 2, 1], 2), tf.fill([1, 2, 2, 1], -1)];
      const batch = { image: a, masks: tf.onesLike(a) } as Parameters<
        ReturnType<typeof takeAndGive>['loss']
      >[1];
      const of = (outputs: tf.Tensor[], coarse?: number) =>
        takeAndGive(coarse === undefined ? {} : { coarse })
          .loss(() => outputs, batch)
          .dataSync()[0];
      const [fine, rough] = [Math.log1p(Math.exp(-2)), Math.log1p(Math.exp(1))];
      expect(of([a, b])).toBeCloseTo(fine + rough, 5);
      expect(of([a, b], 0.25)).toBeCloseTo(fine + rough / 4, 5);
      expect(of([a])).toBeCloseTo(fine, 5);
      expect(() => takeAndGive({ coarse: -1 })).toThrow('coarse is -1');
      expect(() => takeAndGive({ corse: 1 } as object)).toThrow(
        'there is no option "corse", did you mean coarse?',
      );
    }));
});

describe('attentionMaps', () => {
  it('gives the affinities of every Give and Take, on the grids they lie on', () => {
    const model = network({ blocks: ['B1', 'B3'], patchSize: 2 });
    const x = images(3);
    tf.tidy(() => void model.predict(x));
    const before = tf.memory().numTensors;
    const maps = attentionMaps(model, x);
    expect(Object.keys(maps).sort()).toEqual(['give.B1', 'give.B3', 'take.B1', 'take.B3']);
    expect(maps['give.B1']!.affinities.shape).toEqual([3, 2, 64, 64]);
    expect(maps['give.B1']!.queryGrid).toEqual([8, 8]);
    expect(maps['take.B3']!.keyGrid).toEqual([2, 2]);
    const sums = tf.tidy(() => tf.sum(maps['take.B1']!.affinities, 3).dataSync());
    for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
    for (const { affinities } of Object.values(maps)) affinities.dispose();
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });

  it('are all 1 where there is one token to attend to, and every output token is then the same', () =>
    tf.tidy(() => {
      const input = tfl.input({ shape: [4, 4, 2] });
      const one = tfl.layers.averagePooling2d({ poolSize: 4 }).apply(input) as tfl.SymbolicTensor;
      const layer = new Give({ name: 'one', patchSize: 1, heads: 1 });
      const model = tfl.model({ inputs: input, outputs: layer.apply([input, one]) as tfl.SymbolicTensor });
      const x = tf.randomNormal([1, 4, 4, 2], 0, 1, 'float32', 1);
      const { affinities, keyGrid } = attentionMaps(model, x).one!;
      expect(keyGrid).toEqual([1, 1]);
      expect([...affinities.dataSync()]).toEqual(Array(16).fill(1));
      const pixels = tf.reshape(model.predict(x) as tf.Tensor, [16, 2]).arraySync() as number[][];
      for (const pixel of pixels) expect(pixel).toEqual(pixels[0]);
    }));

  it('says how evenly a layer looks, and what goes in and comes out', () =>
    tf.tidy(() => {
      const model = network({ blocks: ['B1'], patchSize: 2 });
      const x = images(2);
      const { 'give.B1': give, 'take.B1': take } = attentionHealth(model, x);
      const { affinities } = attentionMaps(model, x)['give.B1']!;
      const rows = (tf.reshape(affinities, [-1, affinities.shape[3]]).arraySync() as number[][]).map(
        (row) => -row.reduce((sum, a) => sum + (a > 0 ? a * Math.log(a) : 0), 0) / Math.log(row.length),
      );
      expect(give!.evenness).toBeCloseTo(
        rows.reduce((sum, one) => sum + one / rows.length, 0),
        5,
      );
      const layer = model.getLayer('give.B1');
      const parts = tfl.model({
        inputs: model.inputs,
        outputs: [...(layer.input as tfl.SymbolicTensor[]), layer.output as tfl.SymbolicTensor],
      });
      const [query, keyValue, output] = (parts.predict(x) as tf.Tensor[]).map((map) =>
        Math.sqrt((map.dataSync() as Float32Array).reduce((sum, value) => sum + value * value, 0) / map.size),
      );
      expect(give!.rms.query).toBeCloseTo(query!, 5);
      expect(give!.rms.keyValue).toBeCloseTo(keyValue!, 5);
      expect(give!.rms.output).toBeCloseTo(output!, 5);
      expect(take!.evenness).toBeLessThan(1);
      // Queries of zeros look at all alike, or at the nearest by the positions alone: here there are none.
      const even = network({ blocks: ['B1'], patchSize: 2, positions: 'none' });
      const still = attentionHealth(even, tf.zeros([1, 16, 16, 1]))['give.B1']!;
      expect(still.evenness).toBeCloseTo(1, 5);
    }));

  it('refuses a model without such a layer', () => {
    const model = resnet({ width: 4, size: [32, 32] });
    expect(() => attentionMaps(model, tf.zeros([1, 32, 32, 3]))).toThrow('has no Give or Take layer');
  });
});
