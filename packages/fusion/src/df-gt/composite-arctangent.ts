import type { Tensor3D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

const [first, second] = [0.67, 0.6];

/**
 * concat(a / 0.67, a² / 0.6) · weights, a = arctan(x + bias): the composite arctangent, of about unit variance where x is,
 * and the layer after it.
 *
 * An engine that has the kernels `CompositeArctangent` and `CompositeArctangentGrad` uses them, as wasm does with
 * `@diff/backend`. Elsewhere a and a² stay two tensors, each with its half of the weights. The gradient is not left to be
 * composed, which would pass over memory twice as often.
 *
 * @param x [B, N, C]
 * @param bias [B, 1, C]
 * @param weights [B, 2C, K]
 * @returns [B, N, K]
 */
export function arctangentProduct(x: Tensor3D, bias: Tensor3D, weights: Tensor3D): Tensor3D {
  const form = tf.getKernel('CompositeArctangent', tf.getBackend()) ? byKernels : byHalves;
  return tf.customGrad((...inputs) => {
    const save = inputs.pop() as unknown as (tensors: Tensor3D[]) => void;
    const [x, bias, weights] = inputs as Tensor3D[];
    const { value, saved } = form.forward(x!, bias!, weights!);
    save(saved);
    return { value, gradFunc: (dy, saved) => form.backward(dy as Tensor3D, saved as Tensor3D[]) };
  })(x, bias, weights) as Tensor3D;
}

/** The product, with what its gradients by x, bias and weights need. */
interface Form {
  forward(x: Tensor3D, bias: Tensor3D, weights: Tensor3D): { value: Tensor3D; saved: Tensor3D[] };
  backward(dy: Tensor3D, saved: Tensor3D[]): Tensor3D[];
}

const kernel = (name: string, inputs: Record<string, Tensor3D>) =>
  tf.engine().runKernel(name, inputs) as Tensor3D;

const byKernels: Form = {
  forward(x, bias, weights) {
    const out = kernel('CompositeArctangent', { x, bias });
    return { value: tf.matMul(out, weights), saved: [x, bias, weights, out] };
  },
  backward(dy, [x, bias, weights, out]) {
    const slope = tf.matMul<Tensor3D>(dy, weights!, false, true);
    const dx = kernel('CompositeArctangentGrad', { x: x!, bias: bias!, out: out!, dy: slope });
    return [dx, tf.sum(dx, 1, true), tf.matMul(out!, dy, true)];
  },
};

const byHalves: Form = {
  forward(x, bias, weights) {
    const z = tf.add<Tensor3D>(x, bias);
    const a = tf.atan(z);
    const square = tf.square<Tensor3D>(a);
    const [w1, w2] = halves(weights);
    return { value: tf.add(tf.matMul(a, w1), tf.matMul(square, w2)), saved: [z, a, square, weights] };
  },
  // dz = (dy · w₁ᵀ + 2a · (dy · w₂ᵀ)) / (1 + z²)
  backward(dy, [z, a, square, weights]) {
    const [w1, w2] = halves(weights!);
    const slope = tf.add(
      tf.matMul(dy, w1, false, true),
      tf.mul(a!, tf.matMul(dy, tf.mul(w2, 2), false, true)),
    );
    const dx = tf.div<Tensor3D>(slope, tf.add(tf.square(z!), 1));
    const dw1 = tf.div<Tensor3D>(tf.matMul(a!, dy, true), first);
    const dw2 = tf.div<Tensor3D>(tf.matMul(square!, dy, true), second);
    return [dx, tf.sum(dx, 1, true), tf.concat([dw1, dw2], 1)];
  },
};

/** What the weights are for a and for a². */
function halves(weights: Tensor3D): [Tensor3D, Tensor3D] {
  const [w1, w2] = tf.split(weights, 2, 1) as [Tensor3D, Tensor3D];
  return [tf.div(w1, first), tf.div(w2, second)];
}
