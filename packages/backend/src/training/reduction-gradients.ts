import * as tf from '@tensorflow/tfjs-core';
import { type GradientReplacement, training } from './gradient.js';

/** dx = dy, or dy / count, wherever x was part of the sum: broadcast, not multiplied with a tensor of ones. */
function reductionGradient(kernelName: string, part: (count: number) => number): GradientReplacement {
  return {
    kernelName,
    serves: training,
    gradient(dy, [x], { axis }) {
      const axes = tf.util.parseAxisParam(axis as number[], x!.shape);
      const kept = x!.shape.map((length, i) => (axes.includes(i) ? 1 : length));
      const each = part(x!.size / tf.util.sizeFromShape(kept));
      return { x: () => tf.broadcastTo(tf.reshape(tf.mul(dy, each), kept), x!.shape) };
    },
  };
}

export const sumGradient = reductionGradient(tf.Sum, () => 1);
export const meanGradient = reductionGradient(tf.Mean, (count) => 1 / count);
