import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { CaseBatch } from '../case-batch.js';
import { meanVote } from './fuse-shared.js';

/** Farther out than this, in standard deviations, all places are one. The edge of a disc is at 2. */
const FAR = 4;

/**
 * Where a pixel is, seen from a structure: (row, column) less the centre of the structure's mean vote, divided by the
 * standard deviation of that vote along an axis, √(Σ m · ((r − r̄)² + (c − c̄)²) / 2 Σ m), at least half a pixel; cut to
 * [−4, 4]. Where nobody marked anything, the structure is taken to be the whole image.
 *
 * @returns [B, H · W, structures, 2]
 */
export function structureCoordinates(batch: CaseBatch): Tensor4D {
  const { height, width } = batch;
  return tf.tidy(() => {
    const place = (at: (p: number) => number) =>
      tf.tensor4d(
        Float32Array.from({ length: height * width }, (_, p) => at(p)),
        [1, height * width, 1, 1],
      );
    const row = place((p) => Math.floor(p / width));
    const column = place((p) => p % width);
    const vote = meanVote(batch);
    const blank = tf.equal(tf.sum(vote, 1, true), 0);
    const mass = tf.where(blank, tf.onesLike(vote), vote); // BNS1
    const total = tf.sum(mass, 1, true); // B1S1
    const from = (axis: tf.Tensor) =>
      tf.sub(axis, tf.div(tf.sum(tf.mul(mass, axis), 1, true), total)) as Tensor4D;
    const [rows, columns] = [from(row), from(column)];
    const squares = tf.mul(mass, tf.add(tf.square(rows), tf.square(columns)));
    const deviation = tf.maximum(tf.sqrt(tf.div(tf.sum(squares, 1, true), tf.mul(total, 2))), 0.5);
    return tf.clipByValue(tf.div<Tensor4D>(tf.concat([rows, columns], 3), deviation), -FAR, FAR);
  });
}
