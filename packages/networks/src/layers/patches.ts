import { checkInteger } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Cuts feature maps into flattened patches of `size` × `size` pixels, row by row: [B, H, W, C] →
 * [B, ⌈H/P⌉·⌈W/P⌉, P²·C], each patch in the order (row, column, channel). Where P does not divide H or W, zeros are
 * added below and to the right. `fromPatches` is its exact inverse.
 *
 * Wu et al. 2022, §3.2.2, "reshape the feature map F into a sequence of flattened patches f".
 */
export function toPatches(x: tf.Tensor4D, size: number): tf.Tensor3D {
  const [batch, height, width, channels] = x.shape;
  const [rows, columns] = patchGrid([height, width], size);
  return tf.tidy(() => {
    const [below, right] = [rows * size - height, columns * size - width];
    const margins: [number, number][] = [
      [0, 0],
      [0, below],
      [0, right],
      [0, 0],
    ];
    const padded = below || right ? tf.pad(x, margins) : x;
    const strips = tf.reshape(padded, [batch * rows, size, columns, size * channels]);
    return tf.reshape(tf.transpose(strips, [0, 2, 1, 3]), [batch, rows * columns, size * size * channels]);
  });
}

/** Puts patches back: [B, ⌈H/P⌉·⌈W/P⌉, P²·C] → [B, H, W, C]. */
export function fromPatches(
  tokens: tf.Tensor3D,
  size: number,
  [height, width]: readonly [number, number],
): tf.Tensor4D {
  const [batch, count, depth] = tokens.shape;
  const [rows, columns] = patchGrid([height, width], size);
  const channels = depth / size ** 2;
  if (count !== rows * columns || !Number.isInteger(channels))
    throw new RangeError(
      `fromPatches: tokens have shape [${tokens.shape}], expected [batch, ${rows * columns}, a multiple of ${size ** 2}] ` +
        `for ${height} × ${width} pixels in patches of ${size} × ${size}`,
    );
  return tf.tidy(() => {
    const strips = tf.reshape(tokens, [batch * rows, columns, size, size * channels]);
    const padded = tf.reshape(tf.transpose(strips, [0, 2, 1, 3]), [
      batch,
      rows * size,
      columns * size,
      channels,
    ]);
    if (rows * size === height && columns * size === width) return padded as tf.Tensor4D;
    return tf.slice(padded as tf.Tensor4D, [0, 0, 0, 0], [batch, height, width, channels]);
  });
}

/** How many patches there are, down and across. */
export function patchGrid([height, width]: readonly [number, number], size: number): [number, number] {
  checkInteger('patchGrid', 'the patch size', size, 1);
  return [Math.ceil(height / size), Math.ceil(width / size)];
}
