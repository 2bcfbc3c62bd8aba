import * as tf from '@tensorflow/tfjs-core';

/**
 * The rings around the structures as BEAL supervises them: masks [B, H, W, S] → [B, H, W, 1]. A mask, cut at ½, dilated `width` times by
 * the cross of a pixel and its four neighbours, without what is left of it eroded as often; the union over the structures; blurred by a
 * Gaussian of `sigma` pixels (cut at 4 · `sigma`, mirrored at the borders). Outside the image counts as outside the mask.
 */
export function boundaryOf(masks: tf.Tensor4D, width: number, sigma: number): tf.Tensor4D {
  return tf.tidy(() => {
    const [batch, height, across] = masks.shape;
    const around: [number, number][] = [0, width, width, 0].map((each) => [each, each]);
    const inside = tf.pad(tf.cast(tf.greaterEqual(masks, 0.5), 'float32') as tf.Tensor4D, around);
    const dilated = (x: tf.Tensor4D) => {
      let y = x;
      for (let i = 0; i < width; i++)
        y = tf.maximum(tf.maxPool(y, [3, 1], 1, 'same'), tf.maxPool(y, [1, 3], 1, 'same'));
      return y;
    };
    const outside = tf.sub<tf.Tensor4D>(1, inside);
    // Eroding the mask is dilating what lies outside.
    const ring = tf.sub(dilated(inside), tf.sub(1, dilated(outside)));
    const own = tf.slice(ring, [0, width, width, 0], masks.shape);
    const union = tf.max(own, 3);
    const rows = tf.tile(tf.expandDims(gaussian(height, sigma), 0), [batch, 1, 1]);
    const columns = tf.tile(tf.expandDims(gaussian(across, sigma), 0), [batch, 1, 1]);
    const blurred = tf.matMul(tf.matMul(rows, union), columns, false, true);
    return tf.expandDims(blurred, 3) as tf.Tensor4D;
  });
}

/** The blur of a line of n numbers as a matrix. */
function gaussian(n: number, sigma: number): tf.Tensor2D {
  if (sigma === 0) return tf.eye(n);
  const radius = Math.round(4 * sigma);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  const matrix = new Float32Array(n * n);
  for (let row = 0; row < n; row++)
    for (const [i, weight] of weights.entries()) {
      const at = (((row + i - radius) % (2 * n)) + 2 * n) % (2 * n);
      matrix[row * n + (at < n ? at : 2 * n - 1 - at)]! += weight / sum;
    }
  return tf.tensor2d(matrix, [n, n]);
}
