import { checkFunction, checkObject } from '@diff/checks';
import type { Tensor2D, Tensor3D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** How many maps, and how large. */
export interface MapShape {
  /** Cases fitted side by side; each has maps of its own. */
  batch: number;
  height: number;
  width: number;
  raters: number;
}

/**
 * A way to write expertness maps as a function of few or many parameters: `pixels`, `transformRobust`, `fourier` or
 * `expG`. It carries the optimisation that suits it, which the options of `diagnosisFirst` override.
 */
export interface Expertness {
  readonly name: string;
  /** Name and options, all that decides its values, for caches. */
  readonly key: string;
  /** Adam's step size. */
  readonly learningRate: number;
  readonly iterations: number;
  /** Parameters for `shape.batch` cases, each starting from the same values, so that none depends on the others. */
  create(shape: MapShape, seed: number): ExpertnessParameters;
}

export function checkExpertness(who: string, expertness: unknown): asserts expertness is Expertness {
  checkObject(who, 'expertness', expertness, 'what expG and its like return');
  checkFunction(who, 'expertness.create', expertness.create);
}

/** The parameters of a batch of maps; `dispose` when done. */
export interface ExpertnessParameters {
  readonly variables: Variable[];
  /** The maps before the softmax over raters, [batch, height · width, raters]. */
  logits(): Tensor3D;
  /**
   * The maps at some pixels alone, [batch, N, raters], for a parametrisation to which fewer pixels are less work. A case's
   * pixels are numbered row by row, [batch, N]. Where it is absent, `logits` is called and the pixels taken from it.
   */
  logitsOf?(pixels: Tensor2D): Tensor3D;
  /** The same maps on another grid over the same field of view, where the parametrisation is continuous. */
  logitsAt?(height: number, width: number): Tensor3D;
  /** What the network sees instead of `input` at this step. */
  transform?(input: Tensor4D, step: number): Tensor4D;
  dispose(): void;
}

/**
 * Softmax over the raters who are present: mᵢ = exp(lᵢ) / Σ exp(lⱼ), so that Σ mᵢ = 1 and an absent rater has
 * weight 0. A structure nobody outlined has no weights to give: refuse such a case before.
 *
 * @param logits [B, N, raters], N pixels
 * @param present [B, 1, structures, raters], 1 where the rater outlined the structure, else 0; a structure axis of 1
 *   serves all structures
 * @returns [B, N, structures, raters]
 */
export function softmaxOverRaters(logits: Tensor3D, present: Tensor4D): Tensor4D {
  return tf.tidy(() => {
    const absent = tf.mul(tf.sub(present, 1), 1e9); // B1SR
    return tf.softmax(tf.add<Tensor4D>(tf.expandDims(logits, 2), absent)); // BNSR
  });
}

/**
 * The fused label of the paper's Eq. 2, Σᵢ sᵢ · mᵢ.
 *
 * @param annotations sᵢ, [B, N, structures, raters], in [0, 1]
 * @param weights mᵢ, [B, N, structures or 1, raters]
 * @returns [B, N, structures]
 */
export function weightedSum(annotations: Tensor4D, weights: Tensor4D): Tensor3D {
  return tf.tidy(() => tf.sum<Tensor3D>(tf.mul(annotations, weights), -1));
}

/**
 * `weightedSum` of the annotations by the weights of `softmaxOverRaters`, with the gradient of both together:
 * d label / d lᵢ = mᵢ · (sᵢ − label).
 *
 * @returns [B, N, structures]
 */
export function fuseRaters(logits: Tensor3D, annotations: Tensor4D, present: Tensor4D): Tensor3D {
  return tf.customGrad((l, save) => {
    const weights = softmaxOverRaters(l as Tensor3D, present);
    const value = weightedSum(annotations, weights);
    (save as (tensors: tf.Tensor[]) => void)([weights, value]);
    return {
      value,
      gradFunc: (dy, saved) => {
        const [weights, label] = saved as [Tensor4D, Tensor3D];
        const away = tf.sub(annotations, tf.expandDims(label, -1)); // BNSR
        return tf.sum(tf.mul(tf.mul(weights, tf.expandDims(dy, -1)), away), 2); // BNR
      },
    };
  })(logits) as Tensor3D;
}
