import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** How far the central difference goes, in all weights together. Ten times as far, a small network is no longer straight. */
const REACH = 1e-3;

/** What a batch comes to at the weights that the model has. */
export interface Lesson {
  /** Mean square of what the student's maps lack of the teacher's, over the examples that are taught. */
  taught(): tf.Scalar;
  /** Loss of the student's diagnoses, over the examples of the pool. */
  examined(): tf.Scalar;
  /** The student's maps. */
  maps(): tf.Tensor;
}

/**
 * Where the pool would have the student's maps go, after one step of the student after the teacher:
 *
 *     θ′ = θ − η ∇taught(θ)      v = ∇examined(θ′)      u = [maps(θ + εv) − maps(θ − εv)] / 2ε,   ε = 0.001 / ‖v‖
 *
 * Since `taught` is the mean of (s − t)², the gradient of examined(θ′) by the teacher, −η ∂[∇taught · v] / ∂φ, is that of (2η / N) Σ t·u
 * over the N values that are taught. No second derivative is taken: first gradients and a difference of two passes forwards,
 * which every engine has, give what a difference of first gradients would.
 *
 * @param student Weights that belong to it, by name. They are left changed: see `withoutTrace`.
 * @param rate η.
 */
export function lookAhead(
  model: tfl.LayersModel,
  student: (weight: string) => boolean,
  { taught, examined, maps }: Lesson,
  rate: number,
): tf.Tensor {
  return tf.tidy(() => {
    const variables = model.trainableWeights
      .filter(({ originalName }) => student(originalName))
      .map((weight) => weight.read() as tf.Variable);
    const start = variables.map((variable) => tf.clone(variable));
    const go = (direction: readonly tf.Tensor[], length: tf.Tensor | number) => {
      for (const [i, variable] of variables.entries())
        variable.assign(tf.add(start[i]!, tf.mul(direction[i]!, length)));
    };
    const gradient = (of: () => tf.Scalar) => {
      const { grads } = tf.variableGrads(of, variables);
      return variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
    };
    go(gradient(taught), -rate);
    const v = gradient(examined);
    const norm = tf.sqrt(tf.addN(v.map((part) => tf.sum(tf.square(part)))));
    const epsilon = tf.div(REACH, tf.maximum(norm, 1e-9));
    const at = (length: tf.Tensor) => {
      go(v, length);
      return maps();
    };
    return tf.div(tf.sub(at(epsilon), at(tf.neg(epsilon))), tf.mul(2, epsilon));
  });
}

/** What `look` gives, all weights of the model, moving averages included, being put back behind it. */
export function withoutTrace<T extends tf.TensorContainer>(model: tfl.LayersModel, look: () => T): T {
  return tf.tidy(() => {
    const before = model.weights.map((weight) => [weight, tf.clone(weight.read())] as const);
    try {
      return look();
    } finally {
      for (const [weight, value] of before) weight.write(value);
    }
  });
}
