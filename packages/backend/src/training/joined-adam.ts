import * as tf from '@tensorflow/tfjs-core';
import { training } from './gradient.js';
import { grouped, joined, parted } from './joined.js';

interface Moment {
  originalName: string;
  variable: tf.Variable;
}

/** The parts of `tf.train.adam` that its update works with. */
interface Adam {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  accBeta1: tf.Variable;
  accBeta2: tf.Variable;
  accumulatedFirstMoment: Moment[];
  accumulatedSecondMoment: Moment[];
  incrementIterations(): void;
}

type Gradients = { name: string; tensor: tf.Tensor }[] | tf.NamedTensorMap;
type Apply = (this: Adam, gradients: Gradients) => void;

interface Entry {
  value: tf.Variable;
  gradient: tf.Tensor;
  first: tf.Variable;
  second: tf.Variable;
}

const replaced = new WeakSet<Apply>();

/**
 * Lets `tf.train.adam` update the short variables of a network together, joined to one, on the engines that this
 * package looks after: of each by itself it makes fourteen operations that take longer to start than to finish. The
 * variables come out the same.
 */
export function joinAdam(): void {
  const prototype = tf.AdamOptimizer.prototype as unknown as { applyGradients: Apply };
  const stock = prototype.applyGradients;
  if (replaced.has(stock)) return;
  const apply: Apply = function (gradients) {
    if (!training(tf.getBackend())) return stock.call(this, gradients);
    const named = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    tf.tidy(() => {
      const entries = named.flatMap(({ name, tensor }, i) => {
        const value = tf.engine().registeredVariables[name]!;
        const first = momentOf(this.accumulatedFirstMoment, i, `${name}/m`, value);
        const second = momentOf(this.accumulatedSecondMoment, i, `${name}/v`, value);
        return tensor ? [{ value, gradient: tensor, first, second }] : [];
      });
      const corrections = [tf.sub(1, this.accBeta1), tf.sub(1, this.accBeta2)] as const;
      for (const group of grouped(entries, ({ value }) => value)) update(this, group, corrections);
      this.accBeta1.assign(tf.mul(this.accBeta1, this.beta1));
      this.accBeta2.assign(tf.mul(this.accBeta2, this.beta2));
    });
    this.incrementIterations();
  };
  replaced.add(apply);
  prototype.applyGradients = apply;
}

function momentOf(moments: Moment[], i: number, originalName: string, value: tf.Variable): tf.Variable {
  moments[i] ??= { originalName, variable: tf.variable(tf.zerosLike(value), false) };
  return moments[i].variable;
}

/** As tfjs-core has it: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − rate · m̂ / (√v̂ + ε). */
function update(adam: Adam, group: Entry[], [one, two]: readonly [tf.Tensor, tf.Tensor]): void {
  const join = (key: keyof Entry) => joined(group.map((entry) => entry[key]));
  const gradient = join('gradient');
  const first = tf.add(tf.mul(join('first'), adam.beta1), tf.mul(gradient, 1 - adam.beta1));
  const second = tf.add(tf.mul(join('second'), adam.beta2), tf.mul(tf.square(gradient), 1 - adam.beta2));
  const direction = tf.div(tf.div(first, one), tf.add(tf.sqrt(tf.div(second, two)), adam.epsilon));
  const value = tf.add(tf.mul(direction, -adam.learningRate), join('value'));
  const shapes = group.map((entry) => entry.value.shape);
  const [firsts, seconds, values] = [first, second, value].map((tensor) => parted(tensor, shapes));
  for (const [i, entry] of group.entries()) {
    entry.first.assign(firsts![i]!);
    entry.second.assign(seconds![i]!);
    entry.value.assign(values![i]!);
  }
}
