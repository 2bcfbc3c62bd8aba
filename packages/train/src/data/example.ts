/** height · width values in [0, 1]. */
export type RaterMask = Uint8Array | Float32Array;

/** One image with its masks and its diagnosis, ready to train on. */
export interface Example {
  id: string;
  /** height · width · channels values, row-major, channels last. */
  image: { data: Float32Array; height: number; width: number; channels: number };
  /** One mask per structure, height · width values in [0, 1] each. */
  masks: readonly (Uint8Array | Float32Array)[];
  /**
   * `raters[structure][rater]`: every rater's mask, in the same order of raters in every example, and `null` where a rater did
   * not outline the structure. What `labels` and tasks that ask for raters work with.
   */
  raters?: readonly (readonly (RaterMask | null)[])[];
  /** 0 or 1. */
  diagnosis?: number;
}

/** What can be trained on: an array of examples, or anything that loads them one by one. */
export interface Examples {
  readonly length: number;
  at(index: number): Example | Promise<Example> | undefined;
  /** Spares a pass over the examples where it is known beforehand. */
  readonly diagnoses?: readonly (number | undefined)[];
}
