import { checkFunction, checkOptions } from '@diff/checks';
import { bce, type Loss, type Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';

/**
 * A task for networks whose outputs are all logits of the masks: Σ weight · loss of each output, in their order. What is predicted is the
 * first output.
 */
export function sideOutputsTask(
  who: string,
  weights: readonly number[],
  options: { loss?: Loss } = {},
): Task {
  checkOptions(who, options, ['loss']);
  const { loss = bce() } = options;
  checkFunction(who, 'loss', loss);
  return {
    name: who,
    diagnosed: false,
    predict: (forward, { image }) => [forward(image)].flat()[0]!,
    loss: (forward, { image, masks }) =>
      tf.tidy(() => {
        const outputs = [forward(image)].flat();
        return tf.addN(weights.map((weight, i) => tf.mul(weight, loss(outputs[i]!, masks)))) as tf.Scalar;
      }),
  };
}
