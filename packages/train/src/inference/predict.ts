import { checkOptions } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type BatchesOptions, eachBatch } from '../data/each-batch.js';
import type { Examples } from '../data/example.js';
import { diagnosis } from '../tasks/diagnosis.js';
import type { Task } from '../tasks/task.js';
import { apply } from './apply.js';

export interface PredictOptions extends BatchesOptions {
  /** Default: `diagnosis()`. */
  task?: Task;
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
  checkOptions('predict', options, ['task', 'batchSize', 'onProgress', 'signal']);
  const { task = diagnosis() } = options;
  const outputs: Float32Array[] = [];
  await eachBatch(examples, { ...options, raters: task.raters }, async (batch) => {
    const output = tf.tidy(() => task.predict((input) => apply(model, input, false), batch));
    const values = (await output.data()) as Float32Array;
    output.dispose();
    const each = values.length / batch.ids.length;
    for (let i = 0; i < batch.ids.length; i++) outputs.push(values.slice(i * each, (i + 1) * each));
  });
  return outputs;
}
