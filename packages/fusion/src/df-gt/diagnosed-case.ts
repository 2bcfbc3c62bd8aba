/** `height · width · channels` values, row-major, channels last. */
export interface ImageLike {
  data: ArrayLike<number>;
  height: number;
  width: number;
  channels: number;
}

/** A case to fuse: a `Case` of `@diff/datasets`, or anything of the same form. */
export interface DiagnosedCase {
  /** Names the case in errors. */
  id?: string;
  image: ImageLike;
  /** `annotations[structure][rater]`: `height · width` values in [0, 1]; a rater who did not outline it is absent. */
  annotations: Record<string, Record<string, ArrayLike<number> | null | undefined>>;
  /** 0 healthy, 1 ill. */
  diagnosis?: number;
}
