import { checkFunction, checkOptions } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import { bce } from '../losses/bce.js';
import type { Loss } from '../losses/loss.js';
import { first, type Task } from './task.js';

/** Predict the diagnosis from image ⊕ mask: [B, H, W, C + S] → [B, 1]. */
export function diagnosis(options: { loss?: Loss } = {}): Task {
  checkOptions('diagnosis', options, ['loss']);
  const { loss = bce() } = options;
  checkFunction('diagnosis', 'loss', loss);
  const predict: Task['predict'] = (forward, { image, masks }) =>
    first(forward(tf.concat([image, masks], 3)));
  return {
    name: 'diagnosis',
    diagnosed: true,
    predict,
    loss: (forward, batch) => loss(predict(forward, batch), batch.diagnosis),
  };
}
