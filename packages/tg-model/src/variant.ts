import type * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** [height, width, channels]; `null` where it is not known before the first call. */
export type MapShape = [number | null, number | null, number];

/** Where the positions of the tokens come from. */
export type Positions = 'sine' | 'learned' | 'none';

export interface VariantOptions {
  /** The shapes of the query's map, and of the map of keys and values. */
  query: MapShape;
  key: MapShape;
  /** Side of a patch in pixels. */
  patchSize: number;
  heads: number;
  positions: Positions;
  /** Layer norm on tokens, in the paper's form. */
  norm: boolean;
  /** How likely a branch is left out of a training step, in [0, 1). */
  dropPath: number;
}

export interface WeightSpec {
  shape: number[];
  init: (seed: number) => Initializer;
}
type Initializer = ReturnType<typeof tfl.initializers.zeros>;

export const initializers = {
  zeros: () => tfl.initializers.zeros(),
  ones: () => tfl.initializers.ones(),
  glorot: (seed: number) => tfl.initializers.glorotUniform({ seed }),
  /** N(0, 0.02²), cut at two standard deviations. */
  small: (seed: number) => tfl.initializers.truncatedNormal({ stddev: 0.02, seed }),
  /** Between ± 1 / √(numbers that a unit sums up), PyTorch's default. */
  fanIn: (fanIn: number) => (seed: number) => {
    const limit = 1 / Math.sqrt(fanIn);
    return tfl.initializers.randomUniform({ minval: -limit, maxval: limit, seed });
  },
};

/** What the layer's weights are at the moment, by name. */
export type Weights = Record<string, tf.Tensor>;

/** Tokens that attend to tokens, before they are split into heads. */
export interface Tokens {
  /** [B, N, D]. */
  q: tf.Tensor3D;
  /** [B, M, D]. */
  k: tf.Tensor3D;
  /** [B, M, D]. */
  v: tf.Tensor3D;
  /** [B, M], 0 for tokens that the mask leaves out. */
  allowed?: tf.Tensor2D;
}

/** What is in the middle of a forward pass: multi-head attention, [B, N, D]. */
export type Attend = (tokens: Tokens) => tf.Tensor3D;

/** What a forward pass works on. */
export interface Pass {
  /** [B, H, W, C₁]. */
  query: tf.Tensor4D;
  /** [B, H′, W′, C₂]. */
  keyValue: tf.Tensor4D;
  /** [B, H′, W′, 1]. */
  mask?: tf.Tensor4D;
  weights: Weights;
  attend: Attend;
  /** Uniform random numbers in [0, 1), [B]; without it nothing is left out. */
  draw?: () => tf.Tensor1D;
}

/**
 * All that differs between the paper's text and the code that its authors released: how feature maps become tokens,
 * and what surrounds the attention.
 */
export interface VariantForm {
  /** Width D of a token where it attends. */
  depth: number;
  weights: Record<string, WeightSpec>;
  /** The feature maps → feature map [B, H, W, C₂]. */
  forward(pass: Pass): tf.Tensor4D;
}
