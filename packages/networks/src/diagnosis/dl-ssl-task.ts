import { checkNumber, checkOptions } from '@diff/checks';
import type { Batch, Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { bceByValue } from '../layers/bce-by-value.js';
import { detached } from '../layers/detached.js';
import { TEACHER } from './dl-ssl.js';
import { lookAhead, withoutTrace } from './look-ahead.js';

export interface DlSslTaskOptions {
  /** η, the length of the step that the teacher looks ahead. Default: 3e-4, as published. */
  innerRate?: number;
}

type Outputs = [logits: tf.Tensor2D, map: tf.Tensor4D, maps: tf.Tensor4D];

/**
 * What `dlSsl` and `dlSslMask` are trained for: student and teacher learn together.
 *
 *     student:  mean BCE of the diagnoses that are known + mean (s − t)²
 *     teacher:  BCE, over a pool of hard cases, of the student after one step of length η along −∇ mean (s − t)²
 *
 * s is the student's map, t the teacher's for the diagnosis y. An undiagnosed example takes part in the maps: its y is the student's
 * own probability, which mixes the teacher's two maps. In each step half of the diagnosed examples of the batch, drawn anew,
 * are the pool and all others are taught. In the pool an example weighs (0.8 (1 − y) + y)(1 − p)², p being the probability that the
 * student gave to what is right. With fewer than two diagnosed examples the teacher stays as it is.
 *
 * The published code keeps a pool that it draws by that number every ten epochs, and weighs positives twice. Here nothing is kept
 * between steps, so that a training can go on from its checkpoint; `balanced` of `train` evens out the classes.
 *
 * @throws RangeError for a rate that is not above 0.
 */
export function dlSslTask(options: DlSslTaskOptions = {}): Task {
  checkOptions('dlSslTask', options, ['innerRate']);
  const { innerRate = 3e-4 } = options;
  checkNumber('dlSslTask', 'innerRate', innerRate, 0, Number.POSITIVE_INFINITY, { open: true });
  const input = ({ image, masks }: Batch) => tf.concat([image, masks], 3);
  return {
    name: 'dlSsl',
    diagnosed: false,
    predict: (forward, batch) => (forward(input(batch)) as Outputs)[0],
    ahead: (model, batch) =>
      withoutTrace(model, () => {
        const see = () => model.apply(input(batch), { training: true }) as Outputs;
        const { taught, pool } = partsOf(batch);
        const [logits, , maps] = see();
        const teacher = mapFor(maps, diagnosisOr(tf.sigmoid(logits), batch));
        const hard = tf.mul(pool, hardness(tf.sigmoid(logits), batch.diagnosis));
        const direction = lookAhead(
          model,
          (weight) => !weight.startsWith(TEACHER),
          {
            taught: () => mean(tf.squaredDifference(see()[1], teacher), taught),
            examined: () => mean(bceByValue(see()[0], batch.diagnosis), hard),
            maps: () => see()[1],
          },
          innerRate,
        );
        const [, height, width] = maps.shape;
        const values = tf.maximum(tf.mul(tf.sum(taught), height * width), 1);
        return [tf.mul(direction, tf.mul(besideMaps(taught), tf.div(2 * innerRate, values)))];
      }),
    loss: (forward, batch, ahead) =>
      tf.tidy(() => {
        const [logits, map, maps] = forward(input(batch)) as Outputs;
        const own = detached(logits, (given) => tf.sigmoid(given));
        const teacher = mapFor(maps, diagnosisOr(own, batch));
        const apart = tf.mean(tf.squaredDifference(map, detached(teacher)));
        const loss = tf.add(mean(bceByValue(logits, batch.diagnosis), knownOf(batch)), apart);
        if (!ahead) return loss as tf.Scalar;
        // It has the teacher's gradient, and no part in the value.
        const asked = tf.sum(tf.mul(teacher, ahead[0]!));
        return tf.add(loss, tf.sub(asked, detached(asked))) as tf.Scalar;
      }),
  };
}

/** 1 where there is a diagnosis, [B, 1]. */
const knownOf = ({ diagnosis }: Batch) => tf.cast(tf.greaterEqual(diagnosis, 0), 'float32');

/** The diagnosis, or where there is none the student's probability. */
const diagnosisOr = (own: tf.Tensor, batch: Batch) =>
  tf.where(tf.greaterEqual(batch.diagnosis, 0), batch.diagnosis, own);

/** Which examples are the pool and which are taught, [B, 1]: half of the diagnosed ones, rounded down, and all others. */
export function partsOf({ diagnosis, random }: Pick<Batch, 'diagnosis' | 'random'>) {
  const known = [...diagnosis.dataSync()].map((y) => y >= 0);
  const order = [...random.permutation(known.length)].filter((i) => known[i]);
  const chosen = new Set(order.slice(0, order.length >> 1));
  const column = (values: number[]) => tf.tensor2d(values, [values.length, 1]);
  const pool = known.map((_, i) => Number(chosen.has(i)));
  return { pool: column(pool), taught: column(pool.map((inside) => 1 - inside)) };
}

/** How much an example counts in the pool; where there is no diagnosis it is not in the pool. */
const hardness = (p: tf.Tensor, y: tf.Tensor) => {
  const right = tf.add(tf.mul(y, p), tf.mul(tf.sub(1, y), tf.sub(1, p)));
  const classWeight = tf.add(tf.mul(0.8, tf.sub(1, y)), y);
  return tf.mul(classWeight, tf.square(tf.sub(1, right)));
};

/** The teacher's map for a diagnosis: (1 − y) · the healthy one + y · the ill one. */
function mapFor(maps: tf.Tensor4D, y: tf.Tensor): tf.Tensor4D {
  const [healthy, ill] = tf.split(maps, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
  return tf.add(healthy, tf.mul(besideMaps(y), tf.sub(ill, healthy)));
}

/** [B, 1] beside [B, h, w, 1]. */
const besideMaps = (x: tf.Tensor) => tf.reshape(x, [-1, 1, 1, 1]);

/** The mean of values by examples that weigh, and 0 where none does. */
const mean = (values: tf.Tensor, weights: tf.Tensor) => {
  const each = tf.mean(tf.reshape(values, [values.shape[0]!, -1]), 1, true);
  return tf.div(tf.sum(tf.mul(each, weights)), tf.maximum(tf.sum(weights), 1e-6)) as tf.Scalar;
};
