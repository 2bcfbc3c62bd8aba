import type { Tensor4D, Variable } from '@tensorflow/tfjs-core';
import type { CaseBatch } from '../case-batch.js';

/** What a form is made for. */
export interface SharedShape {
  imageChannels: number;
  structures: number;
  raters: number;
}

/** A way to write expertness that is shared by all cases: `perRater`, `perPlace` or `amortised`. */
export interface SharedForm {
  readonly name: 'perRater' | 'perPlace' | 'amortised';
  /** All that decides its values besides the parameters; a saved expertness makes its form again from them. */
  readonly options: Readonly<Record<string, boolean | number>>;
  /** Whether it knows raters by name. One that does not serves raters whom it never met. */
  readonly named: boolean;
  /** Whether it looks at images; one that does not serves masks that come without. */
  readonly seesImage: boolean;
  /** Adam's step size. */
  readonly learningRate: number;
  readonly iterations: number;
  /** Parameters at the start, where every rater has the same weight. */
  create(shape: SharedShape, seed: number): SharedParameters;
}

/** The parameters of a form; `dispose` when done. */
export interface SharedParameters {
  readonly variables: Variable[];
  /** The step size of each variable, as a multiple of the learning rate. */
  readonly rates: readonly number[];
  /** The expertness before the softmax over raters, [B or 1, H · W or 1, structures or 1, raters]. */
  logits(batch: CaseBatch): Tensor4D;
  dispose(): void;
}
