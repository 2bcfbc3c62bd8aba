import { layerNorm } from '@diff/networks/layers';
import type * as tf from '@tensorflow/tfjs-core';
import { initializers, type WeightSpec, type Weights } from './variant.js';

/** The weights of a layer norm over tokens of `depth` numbers. */
export const normWeights = (name: string, depth: number): Record<string, WeightSpec> => ({
  [`${name}_gamma`]: { shape: [depth], init: initializers.ones },
  [`${name}_beta`]: { shape: [depth], init: initializers.zeros },
});

/** Layer norm of tokens [B, N, D], with the weights that bear this name. */
export const normed = (x: tf.Tensor3D, name: string, w: Weights) =>
  layerNorm(x, w[`${name}_gamma`]!, w[`${name}_beta`]!);
