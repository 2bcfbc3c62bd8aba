import * as tf from '@tensorflow/tfjs-core';

/** A gradient that is used while the wasm backend is the active one, in the cases for which it is defined. */
export interface GradientReplacement {
  kernelName: string;
  gradient(
    dy: tf.Tensor,
    saved: tf.Tensor[],
    attrs: tf.NamedAttrMap,
  ): Record<string, () => tf.Tensor> | undefined;
}

const replaced = new WeakSet<tf.GradConfig>();

/**
 * Gradients come with `@tensorflow/tfjs-layers`: before it is loaded there is none to replace, and loading it a
 * second time brings the old ones back.
 */
export function replaceGradient({ kernelName, gradient }: GradientReplacement): void {
  const stock = tf.getGradient(kernelName) as tf.GradConfig | undefined;
  if (!stock || replaced.has(stock)) return;
  const config: tf.GradConfig = {
    ...stock,
    gradFunc: (dy, saved, attrs) =>
      (tf.getBackend() === 'wasm' ? gradient(dy as tf.Tensor, saved, attrs) : undefined) ??
      stock.gradFunc(dy, saved, attrs),
  };
  replaced.add(config);
  tf.unregisterGradient(kernelName);
  tf.registerGradient(config);
}
