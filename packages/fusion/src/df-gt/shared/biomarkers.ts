import { checkFunction, checkInteger } from '@diff/checks';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** A number that is read from a soft mask, [B, H, W, structures] → [B, 1], differentiable by it. */
export type Biomarker = (fused: Tensor4D) => Tensor2D;

/** The channel of one structure, [B, H, W]. */
const channel = (fused: Tensor4D, structure: number): Tensor => {
  const count = fused.shape[3];
  checkInteger('biomarker', 'structure', structure, 0, count - 1);
  return tf.squeeze(tf.slice(fused, [0, 0, 0, structure], [-1, -1, -1, 1]), [3]);
};

/** The area of a structure as a share of the image, Σ p / (H · W). */
export function softArea(structure = 0): Biomarker {
  checkInteger('softArea', 'structure', structure, 0);
  return (fused) => tf.tidy(() => tf.reshape(tf.mean(channel(fused, structure), [1, 2]), [-1, 1]));
}

/** The vertical diameter of a structure as a share of the height: the largest column sum, max_c Σ_r p / H. */
export function softVerticalDiameter(structure = 0): Biomarker {
  checkInteger('softVerticalDiameter', 'structure', structure, 0);
  return (fused) => tf.tidy(() => tf.reshape(tf.max(tf.mean(channel(fused, structure), 1), 1), [-1, 1]));
}

/** As `softVerticalDiameter`, along the rows. */
export function softHorizontalDiameter(structure = 0): Biomarker {
  checkInteger('softHorizontalDiameter', 'structure', structure, 0);
  return (fused) => tf.tidy(() => tf.reshape(tf.max(tf.mean(channel(fused, structure), 2), 1), [-1, 1]));
}

/**
 * The ratio of two biomarkers, a / b: the vertical cup-to-disc ratio is that of two vertical diameters. 0 where b is 0.
 */
export function softRatio(a: Biomarker, b: Biomarker): Biomarker {
  checkFunction('softRatio', 'a', a);
  checkFunction('softRatio', 'b', b);
  return (fused) =>
    tf.tidy(() => {
      const below = b(fused);
      // a · b / (b² + tiny): divNoNan has no gradient.
      return tf.div(tf.mul(a(fused), below), tf.add(tf.square(below), 1e-12));
    });
}
