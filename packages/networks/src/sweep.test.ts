import { type Swept, sweep } from '@diff/checks/testing';
import type { Example } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import * as diagnosis from './diagnosis/index.js';
import * as networks from './index.js';
import * as layers from './layers/index.js';
import * as multiRater from './multi-rater/index.js';
import * as segmentation from './segmentation/index.js';

beforeAll(() => tf.setBackend('cpu'));

const backbone = { depth: 18, width: 2, stem: 'cifar', seed: 1 };
const options = { ...backbone, imageChannels: 1, structures: 1, size: [8, 8] };
const plain = { width: 2, seed: 1, imageChannels: 1, structures: 1, size: [16, 16] };
const raters = { ...options, raters: 2 };
const fusing = { ...raters, margin: 1, momentum: 0.5 };

/** Every network, with every option that it has; `make` is called with them. */
const models: Record<string, Record<string, unknown>> = {
  resnet: { ...backbone, inputChannels: 1, size: [8, 8], classes: 2 },
  resUnet: { ...options, filters: 4 },
  ceNet: options,
  atNet: { ...plain, gates: true },
  jaccNet: plain,
  frCn: plain,
  agNet: plain,
  ddn: options,
  iFcn: plain,
  mpCnn: plain,
  trfeNet: plain,
  pOsal: plain,
  unver: { ...plain, size: [32, 32] },
  tnsCnn: { ...plain, views: 2 },
  tnsNet: { ...plain, supervision: true },
  beal: plain,
  casCnn: { ...plain, cropSize: 16 },
  noMask: options,
  dlCat: options,
  dlRoi: { ...options, cropSize: 8, margin: 0.25 },
  dlAtt: { ...options, attention: 'predicted' },
  dlSeAt: options,
  dlSsl: options,
  dlSslMask: options,
  baselineDia: options,
  multiHead: raters,
  mrNet: raters,
  wdNet: raters,
  cmNet: { ...raters, trace: 0.1 },
  aggNet: { ...fusing, warmUp: 1 },
  maxMig: { ...fusing, prior: 0.5, pixels: 8 },
  probabilisticUnet: { ...raters, levels: 2, latent: 2, beta: 1 },
  phiSeg: { ...raters, levels: 3, latentLevels: 1 },
  stochasticSegmentation: { ...raters, rank: 2, samples: 2 },
};

/** What networks are trained for, where that has options. */
const tasks: Record<string, Record<string, unknown>> = {
  attentionTask: { loss: () => tf.scalar(0), weight: 1 },
  agNetTask: { loss: () => tf.scalar(0) },
  casCnnTask: { loss: () => tf.scalar(0) },
  pOsalTask: {
    target: [{ image: { data: new Float32Array(1) } }],
    weights: [1],
    loss: () => tf.scalar(0),
    adversarial: 0.1,
  },
  bealTask: {
    target: [{ image: { data: new Float32Array(1) } }],
    adversarial: 0.1,
    boundaryWidth: 2,
    boundarySigma: 1,
  },
  tnsNetTask: { loss: () => tf.scalar(0) },
  tnsCnnTask: { loss: () => tf.scalar(0), patches: 4 },
  unverTask: { loss: () => tf.scalar(0) },
  ddnTask: { loss: () => tf.scalar(0) },
  trfeNetTask: { loss: () => tf.scalar(0), glands: [{ image: { data: new Float32Array(1) } }] },
  dlSslTask: { innerRate: 0.1 },
  cmNetTask: models.cmNet!,
  maxMigTask: models.maxMig!,
  mrNetTask: raters,
  phiSegTask: models.phiSeg!,
  probabilisticUnetTask: models.probabilisticUnet!,
  stochasticSegmentationTask: models.stochasticSegmentation!,
};

const all = { ...networks, ...segmentation, ...diagnosis, ...multiRater } as unknown as Record<
  string,
  Swept['run']
>;

/** As small as the others, where the width is left out. */
const small = (given: never) => {
  const { width } = (given ?? {}) as { width?: unknown };
  return width === undefined && given ? ({ ...(given as object), width: 2 } as never) : given;
};
const isOptions = (given: unknown) => typeof given === 'object' && given !== null && !Array.isArray(given);

describe('every network, with hostile values in place of each option', () => {
  it('is swept', () => {
    const listed = [
      ...segmentation.segmentationNetworks,
      ...diagnosis.diagnosisNetworks,
      ...multiRater.multiRaterNetworks,
    ];
    expect(Object.keys(models).sort()).toEqual([...listed.map(({ name }) => name), 'resnet'].sort());
  });

  it.each(Object.entries(models))('%s', async (name, options) => {
    const run = (given: never) => {
      const make = all[name] as (options?: never) => tfl.LayersModel;
      // Nothing given makes a network of full size.
      const model =
        given === undefined ? make({ width: 2 } as never) : make(isOptions(given) ? small(given) : given);
      model.dispose();
      return model.name;
    };
    const documented = (place: string) => place === 'options';
    expect(await sweep({ name, run, args: { options }, documented, mentions: ['the coarsest'] })).toEqual([]);
  });

  it.each(Object.entries(tasks))('%s', async (name, options) => {
    // An example may carry more than is asked of it.
    const documented = (place: string, hostile: string) =>
      /\[0\]/.test(place) && hostile.startsWith('an option');
    expect(await sweep({ name, run: all[name]!, args: { options }, documented })).toEqual([]);
  });
});

const example = (id: string, rows: number, diagnosis: number): Example => {
  const mask = (end: number) => Uint8Array.from({ length: 16 }, (_, i) => +(i >> 2 < end));
  return {
    id,
    image: { data: new Float32Array(16), height: 4, width: 4, channels: 1 },
    masks: [mask(rows), mask(4)],
    diagnosis,
  };
};
const examples = [example('a', 1, 0), example('b', 3, 1), example('c', 1, 0), example('d', 4, 1)];
const svm = { kernel: 'rbf', gamma: 1, cost: 1, positiveWeight: 1, tolerance: 0.01, maxIterations: 50 };
const vcdr = { disc: 1, cup: 0, threshold: 0.5, empty: 0 };
const feature = { name: 'B1', tensor: tfl.input({ shape: [4, 4, 2], name: 'x' }), stride: 1 };

type Case = Pick<Swept, 'args'> & Partial<Swept>;
const layer = (own: Record<string, unknown>): Case => ({
  args: { options: { ...own, name: 'a', trainable: false } },
  opaque: ['options.name', 'options.trainable'],
});

const others: Record<string, Case> = {
  svm: {
    args: { samples: [[0], [1], [2]], labels: [0, 1, 1], options: svm },
    run: (...args: Parameters<typeof networks.svm>) => networks.svm(...args).score([1]),
  },
  vcdrSvm: {
    args: { examples, options: { ...vcdr, ...svm } },
    required: ['options.disc', 'options.cup'],
    run: (...args: Parameters<typeof networks.vcdrSvm>) => networks.vcdrSvm(...args).score(examples[0]!),
    opaque: ['examples[0]', 'examples[1]'],
    mentions: ['a disc'],
  },
  vcdrThreshold: {
    args: { examples, options: vcdr },
    required: ['options.disc', 'options.cup'],
    run: (...args: Parameters<typeof networks.vcdrThreshold>) => networks.vcdrThreshold(...args).threshold,
    opaque: ['examples[0]', 'examples[1]'],
    mentions: ['a disc'],
  },
  unetDecoder: {
    args: {
      features: [feature],
      options: { structures: 1, filters: 4, seed: 1, name: 'decoder', before: (x: unknown) => x },
    },
    run: (...args: Parameters<typeof layers.unetDecoder>) => layers.unetDecoder(...args).shape,
    required: [
      'features',
      'features[0]',
      ...['name', 'tensor', 'stride'].map((name) => `features[0].${name}`),
      'options',
      'options.structures',
    ],
    opaque: ['features[0].tensor', 'features[0].name', 'options.name'],
    documented: (place, hostile) => place === 'features[0]' && hostile.startsWith('an option'),
  },
  Channels: { ...layer({ start: 0, count: 1 }), required: ['options', 'options.start', 'options.count'] },
  CropToMask: { ...layer({ size: 4, margin: 0.1 }), required: ['options', 'options.size', 'options.margin'] },
  PasteToMask: { ...layer({ margin: 0.1, outside: -1 }), required: ['options', 'options.margin'] },
  SplitRaters: { ...layer({ raters: 2 }), required: ['options', 'options.raters'] },
  SeABlock: layer({ gain: 0.1, seed: 1 }),
  AtrousConv: {
    ...layer({ filters: 2, rate: 2, kernelSize: 3, useBias: true, seed: 1 }),
    required: ['options', 'options.filters', 'options.rate'],
  },
  DenseAtrous: layer({ seed: 1 }),
  Depthwise: layer({ strides: 1, rate: 2, pad: true, seed: 1 }),
  Enlarge: { ...layer({ factor: 2, corners: true }), required: ['options', 'options.factor'] },
  Mirror: layer({ vertical: true, horizontal: false }),
  GroupNorm: layer({ groups: 2, epsilon: 1e-4 }),
  GuidedFilter: layer({ radius: 1, epsilon: 0.1 }),
  PooledContext: layer({ seed: 1 }),
  grabCut: {
    args: {
      picture: { data: Float32Array.of(0, 0, 1, 1), height: 2, width: 2, channels: 1 },
      box: { top: 0, left: 0, bottom: 1, right: 2 },
      options: { iterations: 1, seed: 1 },
    },
    run: (...args: Parameters<typeof segmentation.grabCut>) => segmentation.grabCut(...args),
    documented: (place, hostile) => /^(picture|box)/.test(place) && hostile.startsWith('an option'),
    mentions: ['picture.', 'box.'],
  },
  carryOver: {
    args: { from: segmentation.frCn(plain as never), to: segmentation.frCn(plain as never), prefix: 'fc' },
    run: (...args: Parameters<typeof segmentation.carryOver>) => segmentation.carryOver(...args),
    opaque: ['from', 'to'],
  },
};

describe('every other function and layer that takes options', () => {
  it.each(Object.entries(others))('%s', async (name, swept) => {
    const Layer = (layers as unknown as Record<string, new (args: never) => tfl.layers.Layer>)[name];
    const run = swept.run ?? ((args: never) => new Layer!(args).getClassName());
    expect(await sweep({ name, ...swept, run: run as Swept['run'] })).toEqual([]);
  });
});
