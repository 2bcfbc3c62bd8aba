import * as tf from '@tensorflow/tfjs-core';
import { beside } from './rater-loss.js';

/**
 * 1 inside the smallest upright box around everything that any rater outlined (a mask above 0), widened by `margin` pixels on
 * each side, and 0 outside: [B, H, W, S, R] → [B, H, W, S]. All 0 where all masks are empty.
 */
export function insideBox(raters: tf.Tensor5D, present: tf.Tensor3D, margin: number): tf.Tensor4D {
  return tf.tidy(() => {
    const union = tf.max(tf.cast(tf.greater(tf.mul(raters, beside(present)), 0), 'float32'), 4);
    const rows = span(tf.max(union, 2, true) as tf.Tensor4D, 1, margin);
    const columns = span(tf.max(union, 1, true) as tf.Tensor4D, 2, margin);
    return tf.mul(rows, columns);
  });
}

/** From the first to the last 1 along an axis, and `margin` places more. */
function span(marks: tf.Tensor4D, axis: 1 | 2, margin: number): tf.Tensor4D {
  const lastAxis = axis === 1 ? [0, 3, 2, 1] : [0, 1, 3, 2];
  const line = tf.transpose(marks, lastAxis);
  const reached = (reverse: boolean) => tf.greater(tf.cumsum(line, 3, false, reverse), 0);
  const between = tf.cast(tf.logicalAnd(reached(false), reached(true)), 'float32');
  const back = tf.transpose(between, lastAxis) as tf.Tensor4D;
  if (!margin) return back;
  const window = [axis === 1 ? 2 * margin + 1 : 1, axis === 2 ? 2 * margin + 1 : 1] as [number, number];
  return tf.maxPool(back, window, 1, 'same');
}
