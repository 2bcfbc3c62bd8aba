import { type Swept, sweep } from '@diff/checks/testing';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DiagnosedCase, DiagnosisNetwork } from './index.js';
import * as dfgt from './index.js';

beforeAll(() => tf.setBackend('cpu'));

/** The share of the image that is inside. */
const network: DiagnosisNetwork = (input) =>
  tf.tidy(() => tf.mul(3, tf.sub(tf.reshape(tf.mean(input, [1, 2, 3]), [-1, 1]), 0.4)));

const one = (id: string, diagnosis: number): DiagnosedCase & { id: string; diagnosis: number } => ({
  id,
  image: { data: [0, 0.5, 1, diagnosis], height: 2, width: 2, channels: 1 },
  annotations: { cup: { R1: [0, 1, 1, diagnosis], R2: [0, 1, 0, 0] } },
  diagnosis,
});
const cases = [one('a', 0), one('b', 1), one('c', 0), one('d', 1)];
const cache = { get: async () => undefined, set: async () => {} };
const { signal } = new AbortController();
const onProgress = () => {};
const names = { structures: ['cup'], raters: ['R1', 'R2'] };
const fit = { learningRate: 0.1, iterations: 1 };
const fitting = {
  network,
  expertness: dfgt.pixels({ iterations: 1 }),
  objective: 'bce',
  ...fit,
  optimizer: tf.train.sgd,
  mask: (fused: tf.Tensor4D) => fused,
  ...names,
  seed: 1,
  settle: { tolerance: 0.1, patience: 1 },
  signal,
};
const ofAll = { ...fitting, batchSize: 2, cache, id: 'a', undiagnosed: 'skip', onProgress };
const { network: _, ...ofFolds } = ofAll;
const judging = { network, mask: fitting.mask, ...names, batchSize: 2, signal };
const learning = {
  ...judging,
  expertness: dfgt.perRater({ iterations: 1 }),
  objective: 'bce',
  calibrate: false,
  shrinkage: 0.5,
  folds: 2,
  leaveOut: false,
  resamples: 1,
  ...fit,
  seed: 1,
  cache,
  id: 'a',
  onProgress,
};
const result = {
  fused: { cup: new Float32Array(4) },
  expertness: { R1: new Float32Array([0.5, 0.5, 0.5, 0.5]), R2: new Float32Array([0.5, 0.5, 0.5, 0.5]) },
  parameters: [new Float32Array(6)],
  logits: [0.5],
  history: [1, 0.5],
};
const opaque = (place: string) =>
  ['.expertness', '.cache', '.signal', '.network'].map((name) => `${place}${name}`);

async function all<T>(steps: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const step of steps) list.push(step);
  return list;
}

const SAVED = 'saved';

/** Names of structures and raters, and what else a case bears, are the caller's. */
const bears = (place: string, hostile: string) =>
  /^(one|cases\[\d\]|pairs\[\d\]\.case)(\.image|\.annotations(\.cup)?)?$/.test(place) &&
  hostile.startsWith('an option');
/** Raters may be missing. */
const maybe = (place: string, hostile: string) => /\.cup\.R\d$/.test(place) && hostile === 'null';
const documented = (place: string, hostile: string) =>
  bears(place, hostile) || maybe(place, hostile) || anyText(place, hostile);

const required = (...more: string[]) => [
  'cases',
  'cases[0]',
  'one',
  ...more,
  ...['cases[0]', 'cases[1]', 'one'].flatMap((place) => [
    `${place}.image`,
    `${place}.annotations`,
    ...['data', 'height', 'width', 'channels'].map((name) => `${place}.image.${name}`),
    `${place}.annotations.cup`,
  ]),
];

type Case = Pick<Swept, 'args'> & Partial<Swept>;
const ofCases: Pick<Swept, 'documented' | 'mentions'> = {
  documented,
  mentions: ['no rater', 'the objective', "the network's logit"],
};

/** A text that stands for the networks may be any, and a rater who outlined nothing has weight 0. */
const anyText = (place: string, hostile: string) =>
  /(^|\.)(id|patient|raters\[\d\])$/.test(place) &&
  /an unknown name|toString|__proto__|a long string/.test(hostile);

/** Right arguments of every public function, with every option that it has. */
const functions: Record<string, Case> = {
  caseBatch: {
    args: { cases: cases.slice(0, 2), names: { ...names, diagnosed: true } },
    run: (...args: [never, never]) => {
      const batch = dfgt.caseBatch('caseBatch', ...args);
      const values = batch.annotations.dataSync();
      batch.dispose();
      return values;
    },
    required: required('cases[0].diagnosis', 'cases[1].diagnosis'),
    ...ofCases,
  },
  diagnosisFirst: {
    args: { one: { ...cases[0]!, ...fitting } },
    required: required('one.diagnosis', 'one.network', 'one.settle.tolerance', 'one.settle.patience'),
    opaque: opaque('one'),
    ...ofCases,
    // What is nearly an option is refused, beside the case too.
    documented: (place, hostile) =>
      documented(place, hostile) &&
      (place !== 'one' || /^an option (toString|constructor|hasOwnProperty|nonsense|x*)$/.test(hostile)),
  },
  diagnosisFirstSteps: {
    args: { cases: cases.slice(0, 2), options: fitting },
    run: (...args: Parameters<typeof dfgt.diagnosisFirstSteps>) => all(dfgt.diagnosisFirstSteps(...args)),
    required: required('options', 'options.network', 'options.settle.tolerance', 'options.settle.patience'),
    opaque: opaque('options'),
    ...ofCases,
  },
  expertnessAt: {
    args: {
      expertness: dfgt.expG({ layers: 2, width: 1 }),
      result: { parameters: [new Float32Array(9)], expertness: result.expertness },
      size: { height: 3, width: 2 },
    },
    required: [
      'expertness',
      'result',
      'result.parameters',
      'result.expertness',
      'size',
      'size.height',
      'size.width',
    ],
    opaque: ['expertness'],
    documented: (place, hostile) => /^(result|size)/.test(place) && hostile.startsWith('an option'),
  },
  diagnosisFirstAll: {
    args: { source: cases.slice(0, 2), options: ofAll },
    run: (...args: Parameters<typeof dfgt.diagnosisFirstAll>) => all(dfgt.diagnosisFirstAll(...args)),
    required: ['source', 'options', 'options.network', 'options.settle.tolerance', 'options.settle.patience'],
    opaque: [...opaque('options'), 'source[0]', 'source[1]'],
    documented: (place, hostile) =>
      anyText(place, hostile) || (place === 'source' && /^(\[\]|a Set|a Map|sparse array)$/.test(hostile)),
    mentions: ['case'],
  },
  diagnosisFirstFolds: {
    args: {
      cases,
      settings: { ...ofFolds, protocol: 'crossfit', folds: 2, train: async () => ({ network }) },
    },
    run: (...args: Parameters<typeof dfgt.diagnosisFirstFolds>) => all(dfgt.diagnosisFirstFolds(...args)),
    required: [
      'cases',
      'settings',
      'settings.train',
      'settings.settle.tolerance',
      'settings.settle.patience',
    ],
    opaque: [...opaque('settings'), 'cases[0]', 'cases[1]'],
    documented,
    mentions: ['case'],
  },
  stratifiedFolds: {
    args: { cases: [{ id: 'a', patient: 'p', diagnosis: 1 }, { id: 'b' }], folds: 2, seed: 0 },
    documented: (place, hostile) =>
      anyText(place, hostile) || (/^cases/.test(place) && hostile.startsWith('an option')),
  },
  expG: { args: { options: { preset: 'paper', layers: 3, width: 2, sigmoid: true, ...fit } } },
  pixels: { args: { options: { initialScale: 0.1, bounded: false, ...fit } } },
  fourier: { args: { options: { decay: 1, initialScale: 0.1, bounded: false, ...fit } } },
  transformRobust: {
    args: {
      options: {
        jitter: 0.1,
        scale: [0.5, 2],
        rotate: 5,
        finalJitter: 0.1,
        initialScale: 0,
        bounded: true,
        ...fit,
      },
    },
  },
  amortised: { args: { options: { identity: false, width: 2, ...fit } } },
  perPlace: { args: { options: { byPattern: true, layers: 2, width: 2, ...fit } } },
  perRater: { args: { options: { byStructure: true, ...fit } } },
  diagnosisObjective: {
    args: { kind: 'bce' },
    run: (kind) => tf.tidy(() => dfgt.diagnosisObjective(kind, tf.zeros([1, 1]), tf.ones([1, 1])).dataSync()),
  },
  expertnessByRegion: {
    args: { pairs: [{ case: cases[1]!, result: { expertness: result.expertness } }] },
    required: ['pairs', 'pairs[0]', 'pairs[0].case', 'pairs[0].result', 'pairs[0].result.expertness'],
    opaque: ['pairs[0].case'],
    documented: (place, hostile) =>
      hostile.startsWith('an option') || (place === 'pairs' && ['[]', 'a Set'].includes(hostile)),
    mentions: ['case'],
  },
  encodeResult: {
    args: { result },
    run: (one) => dfgt.encodeResult(one).length,
    required: ['result', ...Object.keys(result).map((name) => `result.${name}`)],
    documented: (_, hostile) =>
      hostile.startsWith('an option') || hostile === '[]' || /^(detached|-0 for 0)$/.test(hostile),
  },
  decodeResult: {
    args: { bytes: 'bytes' },
    run: (bytes) => dfgt.decodeResult((bytes as string) === 'bytes' ? dfgt.encodeResult(result) : bytes),
  },
  resultKey: {
    args: { one: cases[0]!, options: fitting, id: 'a' },
    required: required(
      'one.diagnosis',
      'id',
      'options',
      'options.network',
      'options.settle.tolerance',
      'options.settle.patience',
    ),
    opaque: opaque('options'),
    documented: (place, hostile) =>
      documented(place, hostile) || hostile === '-0 for 0' || /structures\[/.test(place),
  },
  highFrequencyShare: {
    args: { map: [0, 1, 1, 0, 0, 1], size: { height: 2, width: 3, cutoff: 0.25 } },
    required: ['map', 'size', 'size.height', 'size.width'],
  },
  bestRater: {
    args: { cases, options: judging },
    required: ['cases', 'options', 'options.network'],
    opaque: [...opaque('options'), 'cases[0]', 'cases[1]'],
    ...ofCases,
  },
  biomarkerJudge: {
    args: {
      cases,
      biomarkers: [dfgt.softArea()],
      options: { ...names, fusions: 1, ridge: 1, seed: 1 },
    },
    opaque: ['cases[0]', 'cases[1]'],
    ...ofCases,
  },
  softArea: { args: { structure: 1 }, required: [] },
  softVerticalDiameter: { args: { structure: 1 }, required: [] },
  softHorizontalDiameter: { args: { structure: 1 }, required: [] },
  softRatio: { args: { a: dfgt.softArea(), b: dfgt.softArea(1) } },
  crossFit: {
    args: { cases, options: { folds: 2, seed: 1, train: async () => ({ network }) } },
    required: ['cases', 'options', 'options.train'],
    opaque: ['cases[0]', 'cases[1]'],
    mentions: ['the case'],
  },
  learnExpertness: {
    args: { cases, options: learning },
    required: ['cases', 'options', 'options.network'],
    opaque: [...opaque('options'), 'cases[0]', 'cases[1]'],
    ...ofCases,
  },
  learnExpertnessSteps: {
    args: { cases, options: learning },
    run: (...args: Parameters<typeof dfgt.learnExpertnessSteps>) => all(dfgt.learnExpertnessSteps(...args)),
    required: ['cases', 'options', 'options.network'],
    opaque: [...opaque('options'), 'cases[0]', 'cases[1]'],
    ...ofCases,
  },
  loadExpertness: {
    args: { text: SAVED },
    run: (text) => dfgt.loadExpertness(text === SAVED ? saved : text),
  },
  raterWorth: {
    // Without a list of sizes no order is looked at.
    documented: (place, hostile) => anyText(place, hostile) || place === 'options.sizes',
    args: { cases, options: { ...learning, sizes: [2, 4], draws: 1 } },
    required: ['cases', 'options', 'options.network'],
    opaque: [...opaque('options'), 'cases[0]', 'cases[1]'],
    mentions: ['no rater', 'the objective', "the network's logit"],
  },
};

/** Stands for what `save` wrote, which is there only once the engine is. */
let saved = '';
beforeAll(async () => {
  saved = await (await dfgt.learnExpertness(cases, { network, iterations: 0 })).save();
});

/** These take tensors alone, which check themselves. */
const ofTensors = ['softmaxOverRaters', 'weightedSum'];

describe('every public function, with hostile values in place of each argument and option', () => {
  it('is swept', () => {
    expect([...Object.keys(functions), ...ofTensors].sort()).toEqual(Object.keys(dfgt).sort());
  });

  it.each(Object.entries(functions))(
    '%s: an answer that is documented, or an error that explains itself',
    async (name, swept) => {
      const run = (dfgt as unknown as Record<string, Swept['run']>)[name]!;
      const before = tf.memory().numTensors;
      expect(await sweep({ name, run, ...swept })).toEqual([]);
      expect(tf.memory().numTensors).toBe(before);
    },
    40_000,
  );
});
