import * as tf from '@tensorflow/tfjs-core';

/** The mean loss of logits against targets in [0, 1] of the same shape. */
export type Loss = (logits: tf.Tensor, target: tf.Tensor) => tf.Scalar;

/** @throws RangeError where logits and target are not of one shape: the engine would stretch one to fit, as one mask for two structures. */
export function checkSameShape(who: string, logits: tf.Tensor, target: tf.Tensor): void {
  if (tf.util.arraysEqual(logits.shape, target.shape)) return;
  throw new RangeError(
    `${who}: the network gives [${logits.shape}] and the masks are [${target.shape}], expected one shape: as many structures as masks`,
  );
}
