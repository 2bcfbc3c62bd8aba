import { join } from 'node:path';
import type { Case } from '@diff/datasets';
import { averageSurfaceDistance, softDice } from '@diff/metrics';
import { type ResNetOptions, resnet } from '@diff/networks';
import { takeAndGive, tgNetwork, type Variant } from '@diff/tg-model';
import { type Example, predict, startAtPrior, toExamples, train } from '@diff/train';
import { fileStorage } from '@diff/train/node';
import { segmentationLosses } from 'diff-pipeline';
import type { Place } from '../shared/cell.js';
import { keyOf } from '../shared/cells.js';
import { cost } from '../shared/estimate.js';
import { trainingOf } from '../shared/judges.js';
import { probabilities } from '../shared/probabilities.js';
import { biomarkerOf, casesOf, type FewCases } from './cases.js';
import { type GuideSettings, trainedGuide, untrainedGuide } from './guide.js';

/** One way to give a segmentation network what a diagnosis network knows. */
export interface Arm {
  name: string;
  /** Nothing, the diagnosis itself as a further channel of the picture, or a guide in one of the forms. */
  form: 'plain' | 'told' | 'pooled' | 'startFrom' | Variant;
  /** Levels at which the guide comes in. */
  blocks?: readonly string[];
  /** The guide before its training: what is left is what more weights do by themselves. */
  untrained?: boolean;
}

export interface FewSettings {
  arm: Arm;
  guide: GuideSettings;
  epochs: number;
  filters: number;
  heads: number;
}

/** How an arm's masks do on the test cases, case by case. */
export interface FewResult {
  /** Soft Dice against the mean vote, by structure. */
  dice: Record<string, number[]>;
  /** Average surface distance at 0.5 in pixels, by structure; the picture's side where nothing is predicted. */
  distance: Record<string, number[]>;
  biomarker: number[];
}

export const fewId = ({ arm, guide, ...training }: FewSettings) => {
  const { task, seed, ...rest } = guide;
  return `${task}-seed${seed}/${arm.name.replaceAll(/[^\w]+/g, '-')}-${keyOf({ ...rest, ...training })}`;
};

/** Cases that pass through a network in training. */
export const fewPasses = ({ arm, guide, epochs }: FewSettings) =>
  (arm.blocks ? cost.guided : cost.plain) * epochs * guide.outlined;

/** Trains an arm on the mean votes of the outlined cases, and judges it. */
export async function fewCell(settings: FewSettings, place: Place): Promise<FewResult> {
  const { arm, guide, epochs, filters, heads } = settings;
  const { size, depth, width, seed } = guide;
  const cases = await casesOf(guide, place.data);
  const { structures, imageChannels } = cases;
  const told = arm.form === 'told';
  const examples = async (some: readonly Case[]) => {
    const made = await toExamples([...some], { structures, missing: 'skip' });
    return told ? made.map(withDiagnosis) : made;
  };
  const known = await guideOf(arm, guide, cases, place);
  const model = tgNetwork({
    backbone: resnet({
      ...{ depth: depth as ResNetOptions['depth'], width, size: [size, size], seed },
      inputChannels: imageChannels + Number(told),
    }),
    ...(arm.form === 'startFrom'
      ? { blocks: [], startFrom: known }
      : { blocks: arm.blocks ?? [], diagnosisNetwork: known, mask: 'none' }),
    ...(arm.form === 'pooled' && { inject: 'pooled' }),
    ...(isVariant(arm.form) && { variant: arm.form, heads }),
    ...{ structures: structures.length, filters, seed },
  });
  known?.dispose();
  const outlined = await examples(cases.outlined);
  const tested = await examples(cases.test);
  startAtPrior(model, outlined);
  const storage = fileStorage(join(place.out, fewId(settings)));
  const task = takeAndGive({ loss: segmentationLosses['bce+dice']() });
  await train(model, outlined, {
    ...{ task, epochs, seed, storage },
    ...trainingOf(guide),
    batchSize: Math.min(16, outlined.length),
  });
  const logits = await predict(model, tested, { task });
  model.dispose();
  for (const file of await storage.list()) await storage.remove(file);
  return judged(
    guide,
    structures,
    tested,
    logits.map((values) => probabilities(values, structures.length)),
  );
}

const isVariant = (form: Arm['form']): form is Variant =>
  form === 'paper' || form === 'released' || form === 'balanced';

/** Whether it depends on what the guide learned. */
export const isGuided = ({ form, untrained }: Arm) => form !== 'plain' && form !== 'told' && !untrained;

async function guideOf({ form, untrained }: Arm, guide: GuideSettings, cases: FewCases, place: Place) {
  if (form === 'plain' || form === 'told') return undefined;
  return untrained ? untrainedGuide(guide, cases) : trainedGuide(guide, cases, place);
}

/** The picture with its diagnosis as a further channel. */
function withDiagnosis(example: Example): Example {
  const { data, height, width, channels } = example.image;
  const told = new Float32Array(height * width * (channels + 1)).fill(example.diagnosis!);
  for (let i = 0; i < height * width; i++)
    told.set(data.subarray(i * channels, (i + 1) * channels), i * (channels + 1));
  return { ...example, image: { ...example.image, data: told, channels: channels + 1 } };
}

function judged(
  { task, size }: GuideSettings,
  structures: readonly string[],
  tested: readonly Example[],
  predicted: readonly Float32Array[][],
): FewResult {
  const each = (score: (mask: Float32Array, label: Float32Array | Uint8Array) => number) =>
    Object.fromEntries(
      structures.map((structure, s) => [
        structure,
        tested.map(({ masks }, i) => score(predicted[i]![s]!, masks[s]!)),
      ]),
    );
  const surface = { shape: [size, size], threshold: 0.5, oneEmpty: size, bothEmpty: 0 };
  return {
    dice: each((mask, label) => softDice(mask, label)),
    distance: each((mask, label) => averageSurfaceDistance(mask, label, surface)),
    biomarker: predicted.map((masks) => biomarkerOf(task, masks, size)),
  };
}

/** What the labels themselves say of the test cases. */
export interface LabelResult {
  diagnosis: number[];
  biomarker: number[];
}

export async function labelCell(guide: GuideSettings, { data }: Place): Promise<LabelResult> {
  const { structures, test } = await casesOf(guide, data);
  const examples = await toExamples(test, { structures, missing: 'skip' });
  return {
    diagnosis: examples.map(({ diagnosis }) => diagnosis!),
    biomarker: examples.map(({ masks }) => biomarkerOf(guide.task, masks, guide.size)),
  };
}
