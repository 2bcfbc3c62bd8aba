import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { inferenceGraph, type Op } from './inference-graph.js';

/** A model as a plain function of tensors, for use inside an optimisation. */
export interface FrozenFunction {
  /** The model in inference mode: [B, H, W, C] → [B, K] (the first output, where there are several). */
  (input: tf.Tensor): tf.Tensor2D;
  /** Frees its weights. */
  dispose(): void;
}

/** A model of several inputs or outputs as a plain function of tensors. */
export interface FrozenOutputs {
  (inputs: readonly tf.Tensor[]): tf.Tensor[];
  /** Frees its weights. */
  dispose(): void;
}

/**
 * A snapshot of `model` in inference mode that costs no more than it must: batch norms are folded into the
 * convolutions before them (w' = w·γ/√(σ² + ε), b' = β + (b − μ)·γ/√(σ² + ε)), those that follow something else
 * become one multiplication and one addition, and a gradient taken through it is computed by the input only.
 * (Inside `tf.grad`, the convolutions of `tf.layers` compute the gradient by their filter as well, and throw it
 * away.) Outputs agree with `model.predict` to 1e-4 relative.
 *
 * The returned function keeps copies of all weights: neither training `model` on nor disposing it changes anything, and
 * `dispose()` frees them. Layers other than convolution, dense and batch norm are called as they are, in inference mode.
 *
 * @throws TypeError if `model` is not a functional `tf.layers` model with one input; Error when called after
 * `dispose()`.
 */
export function freeze(model: tfl.LayersModel): FrozenFunction {
  if (!model?.inputs || !model.outputs) throw new TypeError('freeze: expected a tf.layers model');
  if (model.inputs.length !== 1)
    throw new TypeError(`freeze: the model has ${model.inputs.length} inputs, expected one`);
  const all = freezeOutputs(model);
  const frozen = (input: tf.Tensor) => tf.tidy(() => all([input])[0]! as tf.Tensor2D);
  return Object.assign(frozen, { dispose: all.dispose });
}

/**
 * As `freeze`, with every input and every output of the model, in its order.
 *
 * @throws Error when called after `dispose()`.
 */
export function freezeOutputs(model: tfl.LayersModel): FrozenOutputs {
  const kept: tf.Tensor[] = [];
  let run: Op | undefined = inferenceGraph(model, (tensor) => {
    kept.push(tf.keep(tensor));
    return tensor;
  });
  const frozen = (inputs: readonly tf.Tensor[]) => {
    if (!run) throw new Error('freeze: this frozen model was disposed');
    return tf.tidy(() => [run!([...inputs])].flat());
  };
  return Object.assign(frozen, {
    dispose: () => {
      run = undefined;
      tf.dispose(kept.splice(0));
    },
  });
}
