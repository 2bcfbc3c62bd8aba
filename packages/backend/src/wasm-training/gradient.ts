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

/** Gradients come with `@tensorflow/tfjs-layers`; without it there is none to replace. */
export function replaceGradient({ kernelName, gradient }: GradientReplacement): void {
  const stock = tf.getGradient(kernelName) as tf.GradConfig | undefined;
  if (!stock) return;
  tf.unregisterGradient(kernelName);
  tf.registerGradient({
    ...stock,
    gradFunc: (dy, saved, attrs) =>
      (tf.getBackend() === 'wasm' ? gradient(dy as tf.Tensor, saved, attrs) : undefined) ??
      stock.gradFunc(dy, saved, attrs),
  });
}
