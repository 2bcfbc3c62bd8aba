import { checkFunction, checkInteger, checkNumber, checkOneOf, checkOptions } from '@diff/checks';
import type { Augmentation } from '../data/augment.js';
import type { Examples } from '../data/example.js';
import type { Labels } from '../data/labels.js';
import type { Storage } from '../files/storage.js';
import { adam } from '../optimizers/adam.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { Schedule } from '../optimizers/schedules.js';
import { diagnosis } from '../tasks/diagnosis.js';
import type { Task } from '../tasks/task.js';
import type { EpochRecord } from './checkpoint.js';
import type { Validation } from './validation.js';

export interface TrainOptions {
  /** What to learn. Default: `diagnosis()`. */
  task?: Task;
  epochs: number;
  /** Default: 16. An epoch is ⌊examples / batchSize⌋ steps. */
  batchSize?: number;
  /** Default: `adam()` with learning rate 1e-4, as the paper. */
  optimizer?: Optimizer;
  /** Default: a constant learning rate. */
  schedule?: Schedule;
  /** Limits to the gradients: each value to ± `value`, then the norm over all weights to `norm`. */
  clip?: { value?: number; norm?: number };
  /** Draw as many ill as healthy examples into every batch. Default: false. */
  balanced?: boolean;
  augmentation?: Augmentation;
  /**
   * Masks to learn from that are drawn anew for every image and step from the raters' masks: `randomRater()`,
   * `randomFusion()`. Default: the masks of the examples. Validation always uses those.
   */
  labels?: Labels;
  /** Seed of the order and of the augmentation. Default: 0. (The initial weights have a seed of their own, the model's.) */
  seed?: number;
  validation?: Validation;
  /** Where checkpoints go; if there is one already, training goes on from it. Without it none are written. */
  storage?: Storage;
  /** Steps from one checkpoint to the next, besides the one after every epoch. */
  checkpointEvery?: number;
  onStep?: (progress: StepProgress) => void;
  onEpoch?: (record: EpochRecord) => void;
  /** When aborted, a checkpoint is written and the signal's reason thrown. */
  signal?: AbortSignal;
}

/** How far a training is. */
export interface StepProgress {
  epoch: number;
  epochs: number;
  /** Steps done, of all epochs together. */
  step: number;
  steps: number;
  loss: number;
  learningRate: number;
}

/** How a training went. */
export interface TrainResult {
  history: EpochRecord[];
  /** The epoch whose weights the model now has, where there was validation. */
  best?: { epoch: number; value: number };
  stopped: 'epochs' | 'early';
}

type Defaulted = 'task' | 'batchSize' | 'optimizer' | 'clip' | 'balanced' | 'seed';
export type Settings = TrainOptions & Required<Pick<TrainOptions, Defaulted>>;

const names = [
  'task',
  'epochs',
  'batchSize',
  'optimizer',
  'schedule',
  'clip',
  'balanced',
  'augmentation',
  'labels',
  'seed',
  'validation',
  'storage',
  'checkpointEvery',
  'onStep',
  'onEpoch',
  'signal',
] as const satisfies readonly (keyof TrainOptions)[];

/** The options with their defaults, checked. */
export function settingsOf(options: TrainOptions, examples: Examples): Settings {
  checkOptions('train', options, names);
  const settings = {
    task: diagnosis(),
    batchSize: 16,
    optimizer: adam(),
    clip: {},
    balanced: false,
    seed: 0,
    ...options,
  };
  for (const name of ['epochs', 'batchSize', 'checkpointEvery'] as const)
    if (settings[name] !== undefined) checkInteger('train', name, settings[name], 1);
  if (settings.batchSize > examples.length)
    throw new RangeError(
      `train: batchSize ${settings.batchSize} is larger than the data, ${examples.length} examples`,
    );
  checkParts(settings);
  return settings;
}

function checkParts({ clip, augmentation, validation, schedule }: Settings): void {
  checkOptions('train', clip, ['value', 'norm']);
  for (const name of ['value', 'norm'] as const)
    if (clip[name] !== undefined) checkNumber('train', `clip.${name}`, clip[name], 0);
  if (schedule) checkFunction('train', 'schedule', schedule);
  checkOptions('train', augmentation, ['flip', 'rotate', 'scale', 'shift', 'brightness', 'noise']);
  const flip = augmentation?.flip;
  if (flip !== undefined) checkOneOf('train', 'augmentation.flip', flip, ['horizontal', 'vertical', 'both']);
  checkOptions('train', validation, ['examples', 'metric', 'patience']);
  if (validation?.metric) checkFunction('train', 'validation.metric.compute', validation.metric.compute);
  if (validation?.patience !== undefined)
    checkInteger('train', 'validation.patience', validation.patience, 1);
}
