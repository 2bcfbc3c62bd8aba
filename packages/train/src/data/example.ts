/** One image with its masks and its diagnosis, ready to train on. */
export interface Example {
  id: string;
  /** height · width · channels values, row-major, channels last. */
  image: { data: Float32Array; height: number; width: number; channels: number };
  /** One mask a structure, height · width values in [0, 1] each. */
  masks: readonly (Uint8Array | Float32Array)[];
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
