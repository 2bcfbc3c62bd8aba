import * as tf from '@tensorflow/tfjs-core';

/** A gradient that is used while an engine that it serves is the active one, in the cases for which it is defined. */
export interface GradientReplacement {
  kernelName: string;
  /** By the name of the active engine. Default: wasm alone. */
  serves?(engine: string): boolean;
  gradient(
    dy: tf.Tensor,
    saved: tf.Tensor[],
    attrs: tf.NamedAttrMap,
  ): Record<string, () => tf.Tensor> | undefined;
}

/** The engines whose training this package looks after: wasm, and TensorFlow by tfjs-node. */
export const training = (engine: string): boolean => engine === 'wasm' || engine === 'tensorflow';

const replaced = new WeakSet<tf.GradConfig>();

/**
 * Gradients come with `@tensorflow/tfjs-layers`: before it is loaded there is none to replace, and loading it a
 * second time brings the old ones back.
 */
export function replaceGradient({ kernelName, serves, gradient }: GradientReplacement): void {
  const stock = tf.getGradient(kernelName) as tf.GradConfig | undefined;
  if (!stock || replaced.has(stock)) return;
  const served = serves ?? ((engine) => engine === 'wasm');
  const config: tf.GradConfig = {
    ...stock,
    gradFunc: (dy, saved, attrs) =>
      (served(tf.getBackend()) ? gradient(dy as tf.Tensor, saved, attrs) : undefined) ??
      stock.gradFunc(dy, saved, attrs),
  };
  replaced.add(config);
  tf.unregisterGradient(kernelName);
  tf.registerGradient(config);
}
