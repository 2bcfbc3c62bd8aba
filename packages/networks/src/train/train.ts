import type * as tfl from '@tensorflow/tfjs-layers';
import { checkPositiveInteger } from '../check.js';
import { randomStream } from '../random.js';
import type { Weights } from '../safetensors.js';
import type { Storage } from '../storage.js';
import { type Augmentation, augment } from './augment.js';
import { type Batch, checkExample, disposeBatch, makeBatch } from './batch.js';
import {
  type Checkpoint,
  checkFingerprint,
  type EpochRecord,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.js';
import type { Examples } from './example.js';
import { adam, type Optimizer } from './optimizers.js';
import { fetchExamples, macrotask } from './predict.js';
import { dataSummary, epochOrder } from './sampling.js';
import type { Schedule } from './schedules.js';
import { diagnosis, type Task } from './tasks.js';
import { TrainingState } from './training-state.js';
import { evaluate, type Validation } from './validation.js';

export interface TrainOptions {
  /** What to learn. Default: `diagnosis()`. */
  task?: Task;
  epochs: number;
  /** Default 16. An epoch is ⌊examples / batchSize⌋ steps. */
  batchSize?: number;
  /** Default: `adam()` with learning rate 1e-4, as the paper. */
  optimizer?: Optimizer;
  /** Default: a constant learning rate. */
  schedule?: Schedule;
  /** Limits to the gradients: each value to ± `value`, then the norm over all weights to `norm`. */
  clip?: { value?: number; norm?: number };
  /** Draw as many ill as healthy examples into every batch. Default false. */
  balanced?: boolean;
  augmentation?: Augmentation;
  /** Of order and augmentation. Default 0. (The initial weights have the model's own.) */
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

export interface StepProgress {
  epoch: number;
  epochs: number;
  /** Steps done, of all epochs together. */
  step: number;
  steps: number;
  loss: number;
  learningRate: number;
}

export interface TrainResult {
  history: EpochRecord[];
  /** The epoch whose weights the model now has, where there was validation. */
  best?: { epoch: number; value: number };
  stopped: 'epochs' | 'early';
}

/**
 * Trains `model` in place. The same seed on the same engine gives the same weights, bit for bit, also when the run
 * was stopped or killed in between and went on from its last checkpoint: everything random is a function of
 * (seed, epoch, step), and a checkpoint holds all else.
 *
 * With validation, training stops when the metric has not improved for `patience` epochs, and the model ends with
 * the weights of the best epoch.
 *
 * @throws RangeError if `batchSize` is larger than the data, if a diagnosis is missing or all are the same while the
 * task needs both, or a case holds a value that is not finite (it names the case); Error if the loss diverges or a
 * checkpoint is damaged or of another run (the last good checkpoint stays); the signal's reason when aborted.
 */
export async function train(
  model: tfl.LayersModel,
  examples: Examples,
  options: TrainOptions,
): Promise<TrainResult> {
  const {
    task = diagnosis(),
    epochs,
    batchSize = 16,
    optimizer = adam(),
    schedule,
    clip = {},
    seed = 0,
  } = options;
  const { balanced = false, augmentation, validation, storage, checkpointEvery, signal } = options;
  checkPositiveInteger('train', 'epochs', epochs);
  checkPositiveInteger('train', 'batchSize', batchSize);
  if (checkpointEvery !== undefined) checkPositiveInteger('train', 'checkpointEvery', checkpointEvery);
  if (batchSize > examples.length)
    throw new RangeError(
      `train: batchSize ${batchSize} is larger than the data, ${examples.length} examples`,
    );
  const data = await dataSummary(examples, task.diagnosed || balanced);
  const stepsPerEpoch = Math.floor(examples.length / batchSize);
  const steps = epochs * stepsPerEpoch;

  const state = new TrainingState(model, optimizer);
  try {
    const fingerprint = {
      task: task.name,
      data: data.fingerprint,
      batchSize,
      optimizer: optimizer.config,
      clip,
      seed,
      balanced,
      augmentation,
      validation: validation && { metric: validation.metric?.name ?? 'loss', patience: validation.patience },
      // The schedule spans all epochs: with one, a longer run is another run.
      epochs: schedule && epochs,
      weights: state.description,
    };
    const stored = storage && (await readCheckpoint(storage));
    if (stored) {
      checkFingerprint(storage.location, stored.fingerprint, fingerprint);
      state.restore(stored.tensors);
    }
    let { step, lossSum, history, best }: Omit<Checkpoint, 'fingerprint' | 'tensors'> = stored ?? {
      step: 0,
      lossSum: 0,
      history: [],
    };
    let bestWeights = stored ? TrainingState.part(stored.tensors, 'best/') : new Map<string, Weights>();
    const save = async () => {
      if (!storage) return;
      const tensors = new Map([...(await state.tensors()), ...prefixed('best/', bestWeights)]);
      await writeCheckpoint(storage, { fingerprint, step, lossSum, history, ...(best && { best }), tensors });
    };

    const fetchBatch = async (epoch: number, order: Int32Array, index: number) => {
      const random = randomStream(seed, 2, epoch, index);
      const chosen = await fetchExamples(
        examples,
        order.subarray(index * batchSize, (index + 1) * batchSize),
      );
      for (const example of chosen) checkExample('train', example);
      const changed = augmentation ? chosen.map((example) => augment(example, augmentation, random)) : chosen;
      return makeBatch('train', changed, random);
    };

    try {
      while (history.length < epochs && !ranOut(history, best, validation)) {
        const epoch = history.length;
        const order = epochOrder(
          examples.length,
          stepsPerEpoch * batchSize,
          seed,
          epoch,
          balanced ? data.diagnoses : undefined,
        );
        while (step < (epoch + 1) * stepsPerEpoch) {
          signal?.throwIfAborted();
          const batch = await fetchBatch(epoch, order, step - epoch * stepsPerEpoch);
          const learningRate = optimizer.learningRate * (schedule?.(step / steps) ?? 1);
          try {
            const loss = await state.step(task, batch, learningRate, step + 1, clip);
            if (!Number.isFinite(loss)) throw diverged(loss, epoch, step, batch, learningRate);
            step++;
            lossSum += loss;
            options.onStep?.({ epoch, epochs, step, steps, loss, learningRate });
          } finally {
            disposeBatch(batch);
          }
          if (checkpointEvery && step % checkpointEvery === 0) await save();
          await macrotask();
        }
        const record: EpochRecord = { epoch, loss: lossSum / stepsPerEpoch };
        if (validation) {
          record.validation = await evaluate(model, task, validation, batchSize, signal);
          if (!best || better(validation, record.validation, best.value)) {
            best = { epoch, value: record.validation };
            bestWeights = await state.weights();
          }
        }
        history = [...history, record];
        lossSum = 0;
        await save();
        options.onEpoch?.(record);
      }
    } catch (error) {
      if (signal?.aborted && error === signal.reason) await save();
      throw error;
    }
    if (best) state.restoreWeights(bestWeights);
    return { history, ...(best && { best }), stopped: history.length < epochs ? 'early' : 'epochs' };
  } finally {
    state.dispose();
  }
}

const prefixed = (prefix: string, tensors: Map<string, Weights>) =>
  [...tensors].map(([name, tensor]) => [prefix + name, tensor] as const);

const better = ({ metric }: Validation, value: number, than: number) =>
  metric?.better === 'higher' ? value > than : value < than;

function ranOut(history: EpochRecord[], best: TrainResult['best'], validation?: Validation): boolean {
  const { patience = Number.POSITIVE_INFINITY } = validation ?? {};
  return best !== undefined && history.length - 1 - best.epoch >= patience;
}

function diverged(loss: number, epoch: number, step: number, batch: Batch, learningRate: number): Error {
  return new Error(
    `train: the loss is ${loss} in epoch ${epoch}, step ${step} (learning rate ${learningRate}; cases ${batch.ids.join(', ')}). ` +
      'Lower the learning rate, or limit the gradients with clip',
  );
}
