import * as tf from '@tensorflow/tfjs-core';

/**
 * The kernel that normalises each channel of x by its own moments: (x, scale, offset) → [y, mean, variance, …], with
 * whatever else its gradient needs at the end. Not every engine has one.
 */
export const BATCH_NORM_TRAINING = 'FusedBatchNormTraining';
/** Its gradient: (dy, x, scale, and all of those outputs but y) → [dx, d scale, d offset]. */
export const BATCH_NORM_TRAINING_GRAD = 'FusedBatchNormTrainingGrad';

interface Weight {
  read(): tf.Tensor;
  write(value: tf.Tensor): unknown;
}

/** The parts of `tf.layers.batchNormalization` that its call in training works with. */
interface BatchNormalization {
  axis: number;
  epsilon: number;
  momentum: number;
  gamma?: Weight;
  beta?: Weight;
  movingMean: Weight;
  movingVariance: Weight;
}

type Call = (
  this: BatchNormalization,
  inputs: tf.Tensor | tf.Tensor[],
  options: { training?: boolean },
) => tf.Tensor;

const replaced = new WeakSet<Call>();

/**
 * Lets `tf.layers.batchNormalization` train by two kernels, one each way, on the engines that have them, where the
 * layer takes the moments, their gradients and the normalisation apart, some thirty operations. What it computes stays
 * the same. Before `@tensorflow/tfjs-layers` is loaded there is no layer to do so for.
 */
export function fuseBatchNormLayer(): void {
  const [layer] = tf.serialization.SerializationMap.getMap().classNameMap.BatchNormalization ?? [];
  const prototype = layer?.prototype as unknown as { call: Call } | undefined;
  const stock = prototype?.call;
  if (!stock || replaced.has(stock)) return;
  const call: Call = function (inputs, options) {
    const [x] = [inputs].flat();
    const last = this.axis === -1 || this.axis === 3;
    const fused = last && this.gamma && this.beta && x!.rank === 4 && x!.dtype === 'float32' && x!.size > 0;
    if (!options.training || !fused || !tf.getKernel(BATCH_NORM_TRAINING, tf.getBackend()))
      return stock.call(this, inputs, options);
    return tf.tidy(() => normalise(this, x!, this.gamma!.read(), this.beta!.read()));
  };
  replaced.add(call);
  prototype.call = call;
}

function normalise(layer: BatchNormalization, x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor {
  const attrs = { varianceEpsilon: layer.epsilon };
  const custom = tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: tf.Tensor[]) => void;
    const [input, scale, offset] = given as tf.Tensor[];
    const inputs = { x: input!, scale: scale!, offset: offset! };
    const [y, mean, variance, ...rest] = run(BATCH_NORM_TRAINING, inputs, attrs);
    follow(layer.movingMean, mean!, layer.momentum);
    follow(layer.movingVariance, variance!, layer.momentum);
    save([input!, scale!, offset!, mean!, variance!, ...rest]);
    return { value: y!, gradFunc: (dy, saved) => gradients(dy as tf.Tensor, saved, attrs) };
  });
  return custom(x, gamma, beta);
}

/** moving ← moving − (moving − value) · (1 − momentum) */
function follow(moving: Weight, value: tf.Tensor, momentum: number): void {
  const before = moving.read();
  moving.write(tf.sub(before, tf.mul(tf.sub(before, value), 1 - momentum)));
}

function gradients(
  dy: tf.Tensor,
  [x, scale, offset, mean, variance, ...rest]: tf.Tensor[],
  attrs: { varianceEpsilon: number },
): tf.Tensor[] {
  // The kernel has no gradient of its own: while one is being recorded, that of its parts is taken.
  if (tf.engine().state.gradientDepth > 0) {
    const parts = tf.grads((...given) => composed(given, attrs.varianceEpsilon));
    return parts([x!, scale!, offset!], dy);
  }
  const inputs = { dy, x: x!, scale: scale!, mean: mean!, variance: variance! };
  const others = Object.fromEntries(rest.map((tensor, i) => [`rest${i}`, tensor]));
  return run(BATCH_NORM_TRAINING_GRAD, { ...inputs, ...others }, attrs);
}

function composed([x, scale, offset]: tf.Tensor[], epsilon: number): tf.Tensor {
  const { mean, variance } = tf.moments(x!, [0, 1, 2]);
  const [m, v, o, s] = [mean, variance, offset!, scale!] as tf.Tensor1D[];
  return tf.batchNorm(x!, m!, v!, o, s, epsilon);
}

const run = (name: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap) =>
  tf.engine().runKernel(name, inputs, attrs) as tf.Tensor[];
