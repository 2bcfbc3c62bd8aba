import type { Tensor3D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

const [first, second] = [0.67, 0.6];

/**
 * concat(a / 0.67, a² / 0.6) along the channels, a = arctan(x + bias): about unit variance in, unit variance out.
 *
 * An engine that has the kernels `CompositeArctangent` and `CompositeArctangentGrad` computes it with them, as wasm does
 * with `@diff/backend`; the gradient is not left to be composed, which would keep and pass over four more tensors.
 *
 * @param x [B, N, C]
 * @param bias [B, 1, C]
 * @returns [B, N, 2C]
 */
export function compositeArctangent(x: Tensor3D, bias: Tensor3D): Tensor3D {
  return tf.customGrad((...inputs) => {
    const [x, bias, save] = inputs as unknown as [Tensor3D, Tensor3D, (tensors: tf.Tensor[]) => void];
    const value = kernel('CompositeArctangent', { x, bias }) ?? forward(x, bias);
    save([x, bias, value]);
    return {
      value,
      gradFunc: (dy, saved) => {
        const [x, bias, out] = saved as [Tensor3D, Tensor3D, Tensor3D];
        const dx =
          kernel('CompositeArctangentGrad', { x, bias, out, dy }) ?? backward(x, bias, out, dy as Tensor3D);
        return [dx, tf.sum(dx, 1, true)];
      },
    };
  })(x, bias) as Tensor3D;
}

/** What the active engine's kernel of this name returns, if it has one. */
function kernel(name: string, inputs: Record<string, tf.Tensor>): Tensor3D | undefined {
  if (!tf.getKernel(name, tf.getBackend())) return undefined;
  return tf.engine().runKernel(name, inputs) as Tensor3D;
}

function forward(x: Tensor3D, bias: Tensor3D): Tensor3D {
  const a = tf.atan(tf.add(x, bias));
  return tf.concat([tf.div<Tensor3D>(a, first), tf.div<Tensor3D>(tf.square(a), second)], -1);
}

/** (dy₁ / 0.67 + dy₂ · 2a / 0.6) / (1 + (x + bias)²), with a / 0.67 taken from the result. */
function backward(x: Tensor3D, bias: Tensor3D, out: Tensor3D, dy: Tensor3D): Tensor3D {
  const [dy1, dy2] = tf.split(dy, 2, -1) as [Tensor3D, Tensor3D];
  const [a] = tf.split(out, 2, -1) as [Tensor3D, Tensor3D];
  const slope = tf.add(tf.div(dy1, first), tf.mul(tf.mul(dy2, a), (2 * first) / second));
  return tf.div(slope, tf.add(tf.square(tf.add(x, bias)), 1));
}
