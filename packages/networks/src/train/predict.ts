import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { checkPositiveInteger } from '../check.js';
import { randomStream } from '../random.js';
import { type Batch, checkExample, disposeBatch, makeBatch } from './batch.js';
import type { Example, Examples } from './example.js';
import { diagnosis, type Task } from './tasks.js';

export interface PredictOptions {
  /** Default: `diagnosis()`. */
  task?: Task;
  /** Default 16. */
  batchSize?: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/**
 * What the model says of each example, in inference mode: the logits, flattened.
 *
 * @throws RangeError naming the case that cannot be used; the signal's reason when aborted.
 */
export async function predict(
  model: tfl.LayersModel,
  examples: Examples,
  options: PredictOptions = {},
): Promise<Float32Array[]> {
  const { task = diagnosis() } = options;
  const outputs: Float32Array[] = [];
  await eachBatch(examples, options, async (batch) => {
    const output = tf.tidy(() => task.predict((input) => apply(model, input, false), batch));
    const values = (await output.data()) as Float32Array;
    output.dispose();
    const each = values.length / batch.ids.length;
    for (let i = 0; i < batch.ids.length; i++) outputs.push(values.slice(i * each, (i + 1) * each));
  });
  return outputs;
}

export function apply(model: tfl.LayersModel, input: tf.Tensor, training: boolean): tf.Tensor | tf.Tensor[] {
  return model.apply(input, { training }) as tf.Tensor | tf.Tensor[];
}

/** Goes through the examples in order, batch by batch, the last one smaller. */
export async function eachBatch(
  examples: Examples,
  { batchSize = 16, onProgress, signal }: Omit<PredictOptions, 'task'>,
  use: (batch: Batch) => Promise<void>,
): Promise<void> {
  checkPositiveInteger('predict', 'batchSize', batchSize);
  for (let start = 0; start < examples.length; start += batchSize) {
    signal?.throwIfAborted();
    const indices = Array.from({ length: Math.min(batchSize, examples.length - start) }, (_, i) => start + i);
    const chosen = await fetchExamples(examples, indices);
    for (const example of chosen) checkExample('predict', example);
    const batch = makeBatch('predict', chosen, randomStream(0, 3, start));
    try {
      await use(batch);
    } finally {
      disposeBatch(batch);
    }
    onProgress?.(Math.min(start + batchSize, examples.length), examples.length);
    await macrotask();
  }
}

export async function fetchExamples(examples: Examples, indices: Iterable<number>): Promise<Example[]> {
  return Promise.all(
    Array.from(indices, async (index) => {
      const example = await examples.at(index);
      if (!example) throw new RangeError(`there is no example ${index} of ${examples.length}`);
      return example;
    }),
  );
}

/** Lets timers, input and signals through: the engines hold the thread otherwise. */
export const macrotask = () => new Promise<void>((resolve) => setTimeout(resolve));
