import { checkFunction, checkNumber, checkOptions } from '@diff/checks';
import { bce, type Loss, type Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';

export interface TakeAndGiveOptions {
  /** Default: `bce()`, the paper's Eq. 1. */
  loss?: Loss;
  /** Weight of the coarse mask's loss, where the network has a coarse mask. Default: 1, as released. */
  coarse?: number;
}

/**
 * What a `tgNetwork` learns: the loss of its mask against the fused label (Eq. 1; the label may be soft) + `coarse` ·
 * that of its coarse mask against the same.
 */
export function takeAndGive(options: TakeAndGiveOptions = {}): Task {
  checkOptions('takeAndGive', options, ['loss', 'coarse']);
  const { loss = bce(), coarse = 1 } = options;
  checkFunction('takeAndGive', 'loss', loss);
  checkNumber('takeAndGive', 'coarse', coarse, 0);
  return {
    name: 'take-and-give',
    diagnosed: false,
    predict: (forward, { image }) => [forward(image)].flat()[0]!,
    loss: (forward, { image, masks }) =>
      tf.tidy(() => {
        const [logits, coarseLogits] = [forward(image)].flat();
        const fine = loss(logits!, masks);
        return coarseLogits ? tf.add(fine, tf.mul(coarse, loss(coarseLogits, masks))) : fine;
      }),
  };
}
