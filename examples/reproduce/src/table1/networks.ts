import { type ResNetOptions, resnet } from '@diff/networks';
import { networkNamed, type SegmentationOptions, segmentationNetworks } from '@diff/networks/segmentation';
import { takeAndGive, tgNetwork, type Variant } from '@diff/tg-model';
import type { Task } from '@diff/train';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Study } from '../shared/study.js';
import type { TaskName } from '../shared/tasks.js';

export const BASELINE = 'Baseline-Seg';
const variants: readonly Variant[] = ['paper', 'released', 'balanced'];
const guided = (variant: Variant) => `T&G, ${variant}`;

const general = [BASELINE, ...variants.map(guided)];
const rivals = segmentationNetworks.flatMap(({ name, about }) =>
  'madeFor' in about ? [{ name: name as string, madeFor: about.madeFor }] : [],
);

/** Every network of the table. */
export const networkNames: readonly string[] = [...general, ...rivals.map(({ name }) => name)];

const diseases: Record<TaskName, 'fundus' | 'thyroid' | 'skin' | undefined> = {
  ...{ fundus: 'fundus', thyroid: 'thyroid', skin: 'skin', lidc: undefined, 'papila-models': undefined },
  ...{ refuge2: 'fundus', tnmix: 'thyroid', isic: 'skin' },
};

/** The networks of a task's table: those made for its disease, beside the general ones. */
export const networksFor = (task: TaskName): string[] => [
  ...general,
  ...rivals.filter(({ madeFor }) => madeFor === diseases[task]).map(({ name }) => name),
];

/** In small, of the ResNets' width: the two that compute at full resolution throughout would take half of the time of all. */
const narrow: Readonly<Record<string, number>> = { frCn: 0.5, tnsCnn: 0.5 };

/** Channels of a network's first layers, the ResNets having `width`. */
export const widthOf = (name: string, width: number, small: boolean): number =>
  Math.max(1, Math.round(width * ((small && narrow[name]) || 1)));

/** How long a case takes in training in small, compared with one that Baseline-Dia learns from: timed on wasm at 64 × 64. */
const costs: Readonly<Record<string, number>> = {
  ...{ 'Baseline-Seg': 0.6, 'T&G, paper': 2.6, 'T&G, released': 3.9, 'T&G, balanced': 2.6 },
  ...{ agNet: 3.8, ceNet: 1.3, pOsal: 4.7, beal: 4.4, atNet: 2.9 },
  ...{ tnsCnn: 2.8, casCnn: 7.1, mpCnn: 2.6, trfeNet: 3.8, tnsNet: 2.4 },
  ...{ ddn: 12.5, jaccNet: 1.3, unver: 1.2, frCn: 8.4, iFcn: 1.4 },
};

export const costOfNetwork = (name: string): number => costs[name]!;

export interface Build {
  width: number;
  /** Channels of the decoders of Baseline-Seg and T&G. */
  filters: number;
  /** Of T&G's attention. */
  heads: number;
  depth: number;
}

/** An untrained network of a study, and what it is trained for: the loss and the task of its own paper. */
export function makeNetwork(
  name: string,
  { task, seed, diagnosisNetwork, train }: Pick<Study, 'task' | 'seed' | 'diagnosisNetwork' | 'train'>,
  { width, filters, heads, depth }: Build,
): { model: tfl.LayersModel; task: Task } {
  const { height, width: across } = train[0]!.image;
  const size = [height, across] as const;
  const [structures, imageChannels] = [task.structures.length, task.imageChannels];
  const variant = variants.find((each) => guided(each) === name);
  if (variant) {
    const backbone = resnet({
      ...{ depth: depth as ResNetOptions['depth'], width, inputChannels: imageChannels, size, seed },
    });
    const model = tgNetwork({
      ...{ backbone, diagnosisNetwork, blocks: ['B1', 'B2', 'B3'], variant },
      ...{ structures, filters, heads, seed },
    });
    return { model, task: takeAndGive() };
  }
  const options: SegmentationOptions = { width, structures, imageChannels, size, seed };
  const own = name === BASELINE ? { depth, filters } : {};
  const entry = networkNamed(segmentationNetworks, name === BASELINE ? 'resUnet' : name);
  return { model: entry.make({ ...options, ...own } as SegmentationOptions), task: entry.task() };
}
