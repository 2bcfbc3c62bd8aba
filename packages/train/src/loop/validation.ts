import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { eachBatch } from '../data/each-batch.js';
import type { Example, Examples } from '../data/example.js';
import { fetchExamples } from '../data/fetch-examples.js';
import { apply } from '../inference/apply.js';
import { predict } from '../inference/predict.js';
import type { Task } from '../tasks/task.js';

/** Judges a model by what it says of the validation examples. */
export interface ValidationMetric {
  name: string;
  better: 'higher' | 'lower';
  /** @param outputs The logits of each example, flattened. */
  compute(outputs: readonly Float32Array[], examples: readonly Example[]): number;
}

/** Examples that judge the model after each epoch. */
export interface Validation {
  examples: Examples;
  /** Default: the task's loss. */
  metric?: ValidationMetric;
  /** Epochs without improvement after which training stops. Default: it does not. */
  patience?: number;
}

/** The metric, or the mean loss over the examples where there is none, in inference mode. */
export async function evaluate(
  model: tfl.LayersModel,
  task: Task,
  { examples, metric }: Validation,
  batchSize: number,
  signal?: AbortSignal,
): Promise<number> {
  const options = { task, batchSize, ...(signal && { signal }) };
  let value: number;
  if (metric) {
    const outputs = await predict(model, examples, options);
    value = metric.compute(outputs, await fetchExamples(examples, Array(examples.length).keys()));
  } else {
    let sum = 0;
    await eachBatch(examples, { ...options, raters: task.raters }, async (batch) => {
      const loss = tf.tidy(() => task.loss((input) => apply(model, input, false), batch));
      sum += (await loss.data())[0]! * batch.ids.length;
      loss.dispose();
    });
    value = sum / examples.length;
  }
  if (!Number.isFinite(value)) throw new Error(`train: ${metric?.name ?? 'the validation loss'} is ${value}`);
  return value;
}
