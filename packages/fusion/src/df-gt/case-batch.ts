import { check, checkBoolean, checkOptions, checkValues, fail, namesInOrder } from '@diff/checks';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { checkCase, maskName } from './check-case.js';
import { checkNames } from './check-fit.js';
import type { DiagnosedCase, ImageLike } from './diagnosed-case.js';

export type { DiagnosedCase, ImageLike } from './diagnosed-case.js';

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
  checkOptions(caller, names, ['structures', 'raters', 'diagnosed']);
  const { diagnosed = true } = names;
  checkBoolean(caller, 'diagnosed', diagnosed);
  checkNames(caller, names);
  check(Array.isArray(cases), caller, 'cases', cases, 'an array of cases', 'other');
  const labels = Array.from(cases, (one, b) =>
    checkCase(caller, one, { place: cases.length > 1 ? `cases[${b}]` : 'the case', diagnosed }),
  );
  const [first] = cases;
  if (!first) fail(caller, 'cases is empty, expected at least one');
  const { height, width, channels } = first.image;
  const structures = namesInOrder(caller, 'structures', names.structures, Object.keys(first.annotations));
  const raters =
    names.raters ??
    [...new Set(cases.flatMap((c) => structures.flatMap((s) => Object.keys(masksOf(c, s)))))].sort(naturally);
  if (structures.length === 0) fail(labels[0]!, 'annotations has no structure, expected at least one');
  if (raters.length === 0) fail(caller, `no rater outlined ${someOf(structures)}, expected at least one`);

  const [pixels, slots] = [height * width, structures.length * raters.length];
  const image = new Float32Array(cases.length * pixels * channels);
  const annotations = new Float32Array(cases.length * pixels * slots);
  const present = new Float32Array(cases.length * slots);
  const presentAtAll = new Float32Array(cases.length * raters.length);
  const diagnoses = new Float32Array(cases.length);

  cases.forEach((one, b) => {
    const at = labels[b]!;
    const found = one.image;
    if (shapeOf(found) !== shapeOf(first.image))
      fail(at, `image is ${shapeOf(found)}, expected ${shapeOf(first.image)} as the first case has`);
    checkValues(at, 'image.data', found.data);
    image.set(found.data, b * pixels * channels);
    diagnoses[b] = diagnosed ? one.diagnosis! : Number.NaN;
    structures.forEach((structure, s) => {
      const masks = masksOf(one, structure);
      let outlined = false;
      raters.forEach((rater, r) => {
        const mask = Object.hasOwn(masks, rater) ? masks[rater] : undefined;
        if (mask === undefined || mask === null) return;
        checkValues(at, maskName(structure, rater), mask, 0, 1);
        const slot = s * raters.length + r;
        for (let p = 0, o = b * pixels * slots + slot; p < pixels; p++, o += slots) annotations[o] = mask[p]!;
        present[b * slots + slot] = 1;
        presentAtAll[b * raters.length + r] = 1;
        outlined = true;
      });
      if (!outlined) fail(at, `${maskName(structure)} has no mask, expected one by ${someOf(raters)}`);
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

/** The masks of one structure; never what objects inherit, such as 'toString'. */
function masksOf({ annotations }: DiagnosedCase, structure: string): DiagnosedCase['annotations'][string] {
  return Object.hasOwn(annotations, structure) ? annotations[structure]! : {};
}

const shapeOf = ({ height, width, channels }: ImageLike) => `${height} × ${width} × ${channels}`;
const naturally = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

/** The first few names, for an error. */
function someOf(names: readonly string[]): string {
  const text = names.join(', ');
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
