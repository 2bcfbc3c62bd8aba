import { checkFunction, checkOptions } from '@diff/checks';
import { bce } from '../losses/bce.js';
import type { Loss } from '../losses/loss.js';
import { first, type Task } from './task.js';

/** Predict the masks from the image: [B, H, W, C] → [B, H, W, S]. */
export function segmentation(options: { loss?: Loss } = {}): Task {
  checkOptions('segmentation', options, ['loss']);
  const { loss = bce() } = options;
  checkFunction('segmentation', 'loss', loss);
  const predict: Task['predict'] = (forward, { image }) => first(forward(image));
  return {
    name: 'segmentation',
    diagnosed: false,
    predict,
    loss: (forward, batch) => loss(predict(forward, batch), batch.masks),
  };
}
