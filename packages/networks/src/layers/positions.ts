import * as tf from '@tensorflow/tfjs-core';

const TEMPERATURE = 10_000;
/** Keeps the last coordinate just under a full turn. */
const EPSILON = 1e-6;

/**
 * Sine encodings of the places in a grid: [1, rows·columns, depth], the first half of the features for the row and the
 * second for the column. With coordinates c = 1 … n turned into angles 2π·c/n, feature j of the d that an axis has is
 * sin(angle / 10000^(2⌊j/2⌋/d)) for even j and the cosine for odd j.
 *
 * Carion et al. 2020 (DETR), `PositionEmbeddingSine` with `normalize`, here for any depth: an odd one gives the row one
 * feature more.
 */
export function sinePositions([rows, columns]: readonly [number, number], depth: number): tf.Tensor3D {
  return tf.tidy(() => {
    const forRow = Math.ceil(depth / 2);
    const down = tf.reshape(axisAngles(rows, forRow), [rows, 1, forRow]);
    const across = tf.reshape(axisAngles(columns, depth - forRow), [1, columns, depth - forRow]);
    const grid = tf.concat([tf.tile(down, [1, columns, 1]), tf.tile(across, [rows, 1, 1])], 2);
    return tf.reshape(grid, [1, rows * columns, depth]);
  });
}

function axisAngles(length: number, depth: number): tf.Tensor2D {
  const values = new Float32Array(length * depth);
  for (let place = 0; place < length; place++) {
    const angle = ((place + 1) / (length + EPSILON)) * 2 * Math.PI;
    for (let j = 0; j < depth; j++) {
      const slowed = angle / TEMPERATURE ** ((j - (j % 2)) / depth);
      values[place * depth + j] = j % 2 ? Math.cos(slowed) : Math.sin(slowed);
    }
  }
  return tf.tensor2d(values, [length, depth]);
}
