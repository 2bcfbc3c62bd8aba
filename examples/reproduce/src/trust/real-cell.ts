import { type Case, type Dataset, folder, lidc } from '@diff/datasets';
import {
  amortised,
  type Biomarker,
  bestRater,
  biomarkerJudge,
  type LearnedExpertness,
  learnExpertness,
  perPlace,
  perRater,
  type SharedForm,
  softArea,
  softRatio,
  softVerticalDiameter,
  stratifiedFolds,
} from '@diff/fusion/df-gt';
import * as tf from '@tensorflow/tfjs-core';
import type { Place } from '../shared/cell.js';
import { type DataRoots, rootOf } from '../shared/data-roots.js';
import { papilaModels } from '../shared/papila-models.js';
import { byWeights, type Fused, meanOfCases, permuted, sharpened, stapled } from './arms.js';

export const diseases = [
  'Acne',
  'Actinic keratosis',
  'Psoriasis',
  'Seborrheic dermatitis',
  'Viral warts',
  'Vitiligo',
] as const;
export const realNames = ['papila-models', ...diseases, 'lidc'] as const;
export type RealName = (typeof realNames)[number];

export interface RealSettings {
  task: RealName;
  fold: number;
  folds: number;
  size: number;
  seed: number;
}

/** The cases of one fold, fused by what was learned from the others. */
export interface RealResult {
  patients: string[];
  labels: number[];
  /** The biomarker's score of each case, by arm. */
  scores: Record<string, number[]>;
  weights: Record<string, Record<string, number>>;
}

interface RealTask {
  cases: Case[];
  structures: string[];
  /** What the judge reads. */
  biomarkers: Biomarker[];
  /** What cases are scored by. Default: the judge. */
  score?: Biomarker;
  forms: Record<string, SharedForm>;
  /** Whether a rater is the same person in all cases. */
  named: boolean;
}

/** What dermatologists marked often enough to be learned from. */
const lesions = ['any', 'papule', 'patch', 'plaque', 'pustule', 'scale', 'scar', 'open-comedo'];

/** Each saw every photograph; what a tenth of them have of a second sitting (`rater1-again`) is no rater of its own. */
const dermatologists = Array.from({ length: 8 }, (_, i) => `rater${i + 1}`);

async function load({ task, size }: RealSettings, data: DataRoots): Promise<RealTask> {
  if (task === 'lidc') {
    const nodules = await lidc(rootOf(data, 'lidc'), { size, slices: 'middle' });
    const forms = { 'amortised, anonymous': amortised({ identity: false }) };
    return { ...(await read(nodules)), biomarkers: [softArea(0)], forms, named: false };
  }
  if (task === 'papila-models') {
    const ratio = softRatio(softVerticalDiameter(0), softVerticalDiameter(1));
    const forms = {
      'per rater': perRater(),
      'per rater and structure': perRater({ byStructure: true }),
      'per place': perPlace(),
    };
    return {
      ...(await read(await papilaModels(rootOf(data, task), size))),
      biomarkers: [ratio],
      score: ratio,
      forms,
      named: true,
    };
  }
  const photographs = await folder(rootOf(data, 'dermxdb'), {
    mask: Object.fromEntries(lesions.map((lesion) => [lesion, `{id}/${lesion}_{rater}.png`])),
    label: { file: 'labels.csv', id: 'case', diagnosis: 'diagnosis' },
    yes: [task.toLowerCase()],
    no: diseases.filter((disease) => disease !== task).map((disease) => disease.toLowerCase()),
    raters: dermatologists,
    panel: false,
    size,
  });
  const { cases } = await read(photographs);
  return {
    cases: cases.map((one) => marked(one, photographs.raters)),
    structures: lesions,
    biomarkers: lesions.map((_, s) => softArea(s)),
    forms: { 'per rater': perRater(), 'per rater and structure': perRater({ byStructure: true }) },
    named: true,
  };
}

/** These raters' masks; each looked at every photograph, so that a file that is missing means that they marked none. */
function marked(one: Case, raters: readonly string[]): Case {
  const nothing = new Uint8Array(one.image.height * one.image.width);
  const annotations = Object.fromEntries(
    lesions.map((lesion) => [
      lesion,
      Object.fromEntries(raters.map((rater) => [rater, one.annotations[lesion]?.[rater] ?? nothing])),
    ]),
  );
  return { ...one, annotations };
}

export async function read(dataset: Dataset) {
  const cases: Case[] = [];
  for await (const one of dataset.filter(({ diagnosis }) => diagnosis !== undefined).cases()) cases.push(one);
  return { cases, structures: [...dataset.structures] };
}

/** Learns whom to trust from all folds but one, by a judge that reads a biomarker of masks alone, and scores that fold. */
export async function realCell(settings: RealSettings, { data }: Place): Promise<RealResult> {
  const { seed, fold, folds } = settings;
  const task = await load(settings, data);
  const parts = stratifiedFolds(task.cases, folds, seed);
  const training = parts.flatMap((part, k) => (k === fold ? [] : part));
  const testing = parts[fold]!;
  const { structures } = task;
  const { network } = await biomarkerJudge(training, task.biomarkers, { structures, fusions: 4, seed });
  const result: RealResult = {
    patients: testing.map(({ patient, id }) => patient ?? id),
    labels: testing.map(({ diagnosis }) => diagnosis!),
    scores: {},
    weights: {},
  };
  const enter = async (arm: string, fuse: (one: Case) => Fused | Promise<Fused>) => {
    const scores: number[] = [];
    for (const one of testing) {
      const fused = await fuse(one);
      const value = tf.tidy(() => {
        const { height, width } = one.image;
        const channels = structures.map((s) =>
          tf.tensor4d(Float32Array.from(fused[s]!), [1, height, width, 1]),
        );
        const mask = tf.concat(channels, 3) as tf.Tensor4D;
        return task.score ? task.score(mask) : network(mask);
      });
      scores.push((await value.data())[0]!);
      value.dispose();
    }
    result.scores[arm] = scores;
  };
  const applied =
    ({ apply }: LearnedExpertness) =>
    async (one: Case) =>
      (await apply(one)).fused;

  const raters = [...new Set(testing.flatMap((one) => Object.keys(one.annotations[structures[0]!]!)))];
  await enter('mean vote', (one) => byWeights(one, Object.fromEntries(raters.map((rater) => [rater, 1]))));
  await enter('STAPLE', stapled);
  const judging = { network, structures };
  const options = { ...judging, seed };
  if (task.named) {
    const best = await bestRater(training, judging);
    result.weights['best rater'] = { [best.rater]: 1 };
    await enter('best rater', applied(best));
  }
  for (const [name, expertness] of Object.entries(task.forms)) {
    const learned = await learnExpertness(training, { ...options, expertness });
    result.weights[name] = learned.weights;
    await enter(name, applied(learned));
  }
  const [[name, expertness]] = Object.entries(task.forms) as [[string, SharedForm]];
  const control = await learnExpertness(permuted(training, seed), { ...options, expertness });
  await enter(`${name}, permuted diagnoses`, applied(control));
  if (task.named) {
    const carried = await meanOfCases(training.slice(0, 16), network, structures, seed);
    await enter('DF-GT carried over', (one) => byWeights(one, carried));
    await enter('DF-GT carried over, sharpened', (one) => byWeights(one, sharpened(carried)));
  }
  return result;
}
