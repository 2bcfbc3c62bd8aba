import type * as tfl from '@tensorflow/tfjs-layers';
import { augment } from '../data/augment.js';
import { type Batch, checkExample, disposeBatch, makeBatch } from '../data/batch.js';
import type { Examples } from '../data/example.js';
import { fetchExamples } from '../data/fetch-examples.js';
import { macrotask } from '../data/macrotask.js';
import { randomStream } from '../data/random.js';
import { dataSummary, epochOrder } from '../data/sampling.js';
import type { EpochRecord } from './checkpoint.js';
import { type Settings, settingsOf, type TrainOptions, type TrainResult } from './train-options.js';
import { TrainingRun } from './training-run.js';
import { evaluate } from './validation.js';

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
  const settings = settingsOf(options, examples);
  const { batchSize, seed, balanced, validation, signal } = settings;
  const data = await dataSummary(examples, settings.task.diagnosed || balanced);
  const stepsPerEpoch = Math.floor(examples.length / batchSize);
  const run = new TrainingRun(model, settings, data.fingerprint);
  try {
    await run.restore();
    while (!run.finished) {
      const epoch = run.history.length;
      const classes = balanced ? data.diagnoses : undefined;
      const order = epochOrder(examples.length, stepsPerEpoch * batchSize, seed, epoch, classes);
      while (run.step < (epoch + 1) * stepsPerEpoch) {
        signal?.throwIfAborted();
        const index = run.step - epoch * stepsPerEpoch;
        const chosen = order.subarray(index * batchSize, (index + 1) * batchSize);
        const batch = await fetchBatch(examples, chosen, settings, epoch, index);
        await step(run, batch, settings, stepsPerEpoch);
        await macrotask();
      }
      const record: EpochRecord = { epoch, loss: run.lossSum / stepsPerEpoch };
      if (validation) record.validation = await evaluate(model, settings.task, validation, batchSize, signal);
      await run.record(record);
      await run.save();
      settings.onEpoch?.(record);
    }
    return run.result();
  } catch (error) {
    if (signal?.aborted && error === signal.reason) await run.save();
    throw error;
  } finally {
    run.state.dispose();
  }
}

async function fetchBatch(
  examples: Examples,
  indices: Int32Array,
  { augmentation, labels, seed, task }: Settings,
  epoch: number,
  index: number,
): Promise<Batch> {
  const random = randomStream(seed, 2, epoch, index);
  // Of its own, so that augmentation stays the same whatever labels are drawn.
  const drawing = randomStream(seed, 4, epoch, index);
  const chosen = (await fetchExamples(examples, indices)).map((example) => {
    checkExample('train', example);
    const labelled = labels ? { ...example, masks: labels.draw(example, drawing) } : example;
    const needed = task.raters ? labelled : { ...labelled, raters: undefined };
    return augmentation ? augment(needed, augmentation, random) : needed;
  });
  return makeBatch('train', chosen, random, task.raters);
}

async function step(
  run: TrainingRun,
  batch: Batch,
  settings: Settings,
  stepsPerEpoch: number,
): Promise<void> {
  const { optimizer, schedule, clip, epochs, checkpointEvery, onStep } = settings;
  const steps = epochs * stepsPerEpoch;
  const epoch = run.history.length;
  const scale = schedule?.(run.step / steps) ?? 1;
  const learningRate = optimizer.learningRate * scale;
  try {
    const loss = await run.state.step(batch, scale, run.step + 1, clip);
    if (!Number.isFinite(loss))
      throw new Error(
        `train: the loss is ${loss} in epoch ${epoch}, step ${run.step} (learning rate ${learningRate}; cases ${batch.ids.join(', ')}). ` +
          'Lower the learning rate, or limit the gradients with clip',
      );
    run.step++;
    run.lossSum += loss;
    onStep?.({ epoch, epochs, step: run.step, steps, loss, learningRate });
  } finally {
    disposeBatch(batch);
  }
  if (checkpointEvery && run.step % checkpointEvery === 0) await run.save();
}
