import * as tf from '@tensorflow/tfjs-core';

/**
 * Wichmann & Hill 1982 (Applied Statistics algorithm AS 183): three congruential generators whose products stay below
 * 2²⁴, so that float32 holds them exactly on every engine. Its state is a tensor and can lie among a layer's weights:
 * saved with them, restored with them, and a resumed training draws what it would have drawn.
 */
const MULTIPLIERS = [171, 172, 170];
const MODULI = [30269, 30307, 30323];
const GOLDEN_RATIO = 0.6180339887498949;

/** The first state of a generator, [3]. */
export function randomState(seed: number): tf.Tensor1D {
  return tf.tensor1d(MODULI.map((modulus, i) => 1 + (Math.abs(seed * 7919 + i * 104729) % (modulus - 1))));
}

/** The state after a draw, [3]. */
export function nextState(state: tf.Tensor1D): tf.Tensor1D {
  return tf.tidy(() => tf.mod(tf.mul(state, MULTIPLIERS), MODULI));
}

/**
 * `count` numbers in [0, 1) from one state: the first is the generator's, the others follow at steps of the golden
 * ratio, so that each is uniform and together they are spread evenly.
 */
export function uniform(state: tf.Tensor1D, count: number): tf.Tensor1D {
  return tf.tidy(() => {
    const first = tf.sum(tf.div(state, MODULI));
    const steps = Float32Array.from({ length: count }, (_, i) => (i * GOLDEN_RATIO) % 1);
    const sum = tf.add(first, tf.tensor1d(steps)) as tf.Tensor1D;
    return tf.sub(sum, tf.floor(sum));
  });
}
