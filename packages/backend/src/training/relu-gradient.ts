import * as tf from '@tensorflow/tfjs-core';
import type { GradientReplacement } from './gradient.js';

/** The kernel (dy, x) → dy where x > 0, else 0. Not every engine has one. */
export const RELU_GRAD = 'ReluGrad';

const reluGradOf = (dy: tf.Tensor, x: tf.Tensor) => tf.engine().runKernel(RELU_GRAD, { dy, x }) as tf.Tensor;

/**
 * The gradient of relu, by the kernel `ReluGrad` on every engine that has one: a single pass, where that of tfjs-core
 * makes a tensor of zeros and ones (on the TensorFlow engine by four operations) and multiplies by it.
 */
export const reluGradient: GradientReplacement = {
  kernelName: tf.Relu,
  serves: (engine) => tf.getKernel(RELU_GRAD, engine) !== undefined,
  gradient(dy, [x]) {
    if (x!.dtype !== 'float32') return undefined;
    if (!tf.getGradient(RELU_GRAD)) tf.registerGradient(secondOrder);
    return { x: () => reluGradOf(dy, x!) };
  },
};

/** `ReluGrad` is linear in dy and flat in x. */
const secondOrder: tf.GradConfig = {
  kernelName: RELU_GRAD,
  inputsToSave: ['x'],
  gradFunc: (ddy, [x]) => ({ dy: () => reluGradOf(ddy as tf.Tensor, x!), x: () => tf.zerosLike(x!) }),
};
