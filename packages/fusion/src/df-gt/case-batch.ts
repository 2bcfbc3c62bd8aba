import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

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

/** Cases of one size as tensors. */
export interface CaseBatch {
  size: number;
  height: number;
  width: number;
  structures: readonly string[];
  raters: readonly string[];
  /** [B, H, W, C] */
  image: Tensor4D;
  /** [B, H · W, structures, raters] */
  annotations: Tensor4D;
  /** [B, 1, structures, raters], 1 where the rater outlined the structure */
  present: Tensor4D;
  /** [B, 1, 1, raters], 1 where the rater outlined anything */
  presentAtAll: Tensor4D;
  /** [B, 1]; NaN where it was not asked for */
  diagnoses: Tensor2D;
  dispose(): void;
}

/**
 * Checks cases and stacks them. Where `diagnosed` is false, nothing looks at their diagnosis.
 *
 * @throws RangeError where there is no case, sizes differ, a structure has no rater, or a value is outside [0, 1] (masks)
 *   or not finite (images); TypeError where a diagnosis is missing.
 */
export function caseBatch(
  caller: string,
  cases: readonly DiagnosedCase[],
  names: { structures?: readonly string[]; raters?: readonly string[]; diagnosed?: boolean } = {},
): CaseBatch {
  const { diagnosed = true } = names;
  const [first] = cases;
  if (!first) throw new RangeError(`${caller}: cases is empty, expected at least one`);
  const { height, width, channels } = first.image;
  const structures = names.structures ?? Object.keys(first.annotations).sort();
  const raters =
    names.raters ??
    [...new Set(cases.flatMap((c) => structures.flatMap((s) => Object.keys(c.annotations[s] ?? {}))))].sort(
      naturally,
    );
  if (structures.length === 0)
    throw new RangeError(`${caller}: ${label(first)} has no structure in its annotations`);
  if (raters.length === 0) throw new RangeError(`${caller}: no rater outlined ${structures.join(', ')}`);

  const [pixels, slots] = [height * width, structures.length * raters.length];
  const image = new Float32Array(cases.length * pixels * channels);
  const annotations = new Float32Array(cases.length * pixels * slots);
  const present = new Float32Array(cases.length * slots);
  const presentAtAll = new Float32Array(cases.length * raters.length);
  const diagnoses = new Float32Array(cases.length);

  cases.forEach((one, b) => {
    const found = one.image;
    if (found.height !== height || found.width !== width || found.channels !== channels) {
      throw new RangeError(
        `${caller}: image of ${label(one)} is ${shapeOf(found)}, expected ${shapeOf(first.image)} as in ${label(first)}`,
      );
    }
    if (found.data.length !== pixels * channels) {
      throw new RangeError(
        `${caller}: image of ${label(one)} has ${found.data.length} values, expected ${shapeOf(found)} = ${pixels * channels}`,
      );
    }
    if (diagnosed && one.diagnosis !== 0 && one.diagnosis !== 1) {
      throw new TypeError(`${caller}: diagnosis of ${label(one)} is ${one.diagnosis}, expected 0 or 1`);
    }
    diagnoses[b] = diagnosed ? one.diagnosis! : Number.NaN;
    copyChecked(
      found.data,
      image,
      b * pixels * channels,
      1,
      -Infinity,
      Infinity,
      () => `${caller}: image of ${label(one)}`,
    );
    structures.forEach((structure, s) => {
      let outlined = false;
      raters.forEach((rater, r) => {
        const mask = one.annotations[structure]?.[rater];
        if (mask === undefined || mask === null) return;
        const what = () => `${caller}: annotation of ${structure} by ${rater} on ${label(one)}`;
        if (mask.length !== pixels)
          throw new RangeError(
            `${what()} has ${mask.length} values, expected ${height} × ${width} = ${pixels}`,
          );
        const slot = s * raters.length + r;
        copyChecked(mask, annotations, b * pixels * slots + slot, slots, 0, 1, what);
        present[b * slots + slot] = 1;
        presentAtAll[b * raters.length + r] = 1;
        outlined = true;
      });
      if (!outlined)
        throw new RangeError(
          `${caller}: no rater (of ${raters.join(', ')}) outlined ${structure} on ${label(one)}`,
        );
    });
  });

  const size = cases.length;
  const tensors = {
    image: tf.tensor4d(image, [size, height, width, channels]),
    annotations: tf.tensor4d(annotations, [size, pixels, structures.length, raters.length]),
    present: tf.tensor4d(present, [size, 1, structures.length, raters.length]),
    presentAtAll: tf.tensor4d(presentAtAll, [size, 1, 1, raters.length]),
    diagnoses: tf.tensor2d(diagnoses, [size, 1]),
  };
  return { size, height, width, structures, raters, ...tensors, dispose: () => tf.dispose(tensors) };
}

const label = (one: DiagnosedCase) => (one.id === undefined ? 'the case' : `case '${one.id}'`);
const shapeOf = ({ height, width, channels }: ImageLike) => `${height} × ${width} × ${channels}`;
const naturally = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

function copyChecked(
  from: ArrayLike<number>,
  to: Float32Array,
  start: number,
  stride: number,
  low: number,
  high: number,
  what: () => string,
): void {
  for (let i = 0, o = start; i < from.length; i++, o += stride) {
    const value = from[i]!;
    // Written so that NaN fails too.
    if (!(value >= low && value <= high && Math.abs(value) !== Infinity)) {
      throw new RangeError(
        `${what()} is ${value} at ${i}, expected ${low === 0 ? 'a value in [0, 1]' : 'a finite number'}`,
      );
    }
    to[o] = value;
  }
}
