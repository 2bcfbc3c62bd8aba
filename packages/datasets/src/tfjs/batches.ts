import {
  check,
  checkBoolean,
  checkFunction,
  checkInteger,
  checkOneOf,
  checkOptions,
  checkSignal,
  checkString,
} from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import type { Case } from '../dataset/case.js';
import type { Dataset } from '../dataset/dataset.js';

/** Tensors of one batch: `xs` [B, H, W, C], and `ys` as the target says. Whoever asked for them disposes of them. */
export interface TensorBatch<Y extends tf.TensorContainer = tf.Tensor> {
  xs: tf.Tensor4D;
  ys: Y;
}

/** What a batch has as `ys`; see `TensorBatchesOptions.target`. */
export type Target = 'mean' | 'raters' | 'diagnosis';

export interface TensorBatchesOptions<Y extends tf.TensorContainer = tf.Tensor> {
  /** Cases in a batch; the last may be smaller. Default: 8. */
  batchSize?: number;
  /** Leaves a smaller last batch out. Default: `false`. */
  dropLast?: boolean;
  /** A new order in every iteration (epoch), all of them given by this seed. Default: the dataset's order. */
  shuffle?: number;
  /** Default: the dataset's. */
  structures?: readonly string[];
  /** Default: the dataset's. */
  raters?: readonly string[];
  /**
   * What `ys` is:
   * - `'mean'` (default): [B, H, W, S], the mean over the raters who outlined structure s.
   * - `'raters'`: [B, H, W, S·R], channel s·R + r is rater r's mask of structure s; all must be there.
   * - `'diagnosis'`: [B, 1]; all must be known.
   * - a function of the cases: whatever it returns.
   */
  target?: Target | ((cases: readonly Case[]) => Y);
  signal?: AbortSignal;
}

/**
 * Batches for TensorFlow.js: iterate with `for await`, or give it to `model.fitDataset` as it is (without
 * `batchesPerEpoch`, so that every epoch begins anew).
 */
export interface Batches<Y extends tf.TensorContainer = tf.Tensor> extends AsyncIterable<TensorBatch<Y>> {
  /** What `model.fitDataset` calls at every epoch. */
  iterator(): Promise<{ next(): Promise<IteratorResult<TensorBatch<Y>>> }>;
  /** Batches in an epoch, as long as every case can be decoded. */
  readonly size: number;
}

/**
 * A dataset in batches of tensors. For tf.data: `tf.data.generator(() => batches(dataset)[Symbol.asyncIterator]())`.
 *
 * While iterating it throws a TypeError where a case lacks what the target needs, and a RangeError where the cases of a
 * batch differ in size (loaders take `size`); both name the case.
 *
 * @throws RangeError where `batchSize` is not a whole number from 1 up.
 */
export function batches<Y extends tf.TensorContainer = tf.Tensor>(
  dataset: Dataset,
  options: TensorBatchesOptions<Y> = {},
): Batches<Y> {
  const who = 'batches';
  checkFunction(who, 'dataset.cases', dataset?.cases);
  checkOptions(who, options, [
    'batchSize',
    'dropLast',
    'shuffle',
    'structures',
    'raters',
    'target',
    'signal',
  ]);
  const { batchSize = 8, dropLast = false, shuffle, target = 'mean', signal } = options;
  const { structures = dataset.structures, raters = dataset.raters } = options;
  checkInteger(who, 'batchSize', batchSize, 1);
  checkBoolean(who, 'dropLast', dropLast);
  if (shuffle !== undefined) checkInteger(who, 'shuffle', shuffle, 0);
  if (typeof target !== 'function') checkOneOf(who, 'target', target, ['mean', 'raters', 'diagnosis']);
  for (const [what, names] of Object.entries({ structures, raters })) {
    check(Array.isArray(names), who, what, names, 'an array of names', 'other');
    for (const [i, name] of names.entries()) checkString(who, `${what}[${i}]`, name);
  }
  checkSignal(who, signal);
  let epoch = 0;
  const batch = (cases: readonly Case[]): TensorBatch<Y> => {
    checkSizes(cases);
    // Made before the images' tensor, so that a case that lacks its target leaves nothing behind.
    const ys =
      typeof target === 'function'
        ? target(cases)
        : (TARGETS[target](cases, structures, raters) as unknown as Y);
    const { height, width, channels } = cases[0]!.image;
    const xs = tf.tensor4d(joined(cases.map(({ image }) => image.data)), [
      cases.length,
      height,
      width,
      channels,
    ]);
    return { xs, ys };
  };
  async function* iterate(): AsyncGenerator<TensorBatch<Y>, void, undefined> {
    const ordered = shuffle === undefined ? dataset : dataset.shuffle(shuffle + epoch++);
    let cases: Case[] = [];
    for await (const one of ordered.cases({ signal })) {
      cases.push(one);
      if (cases.length < batchSize) continue;
      yield batch(cases);
      cases = [];
    }
    if (cases.length > 0 && !dropLast) yield batch(cases);
  }
  return {
    [Symbol.asyncIterator]: iterate,
    iterator: async () => iterate(),
    size: dropLast ? Math.floor(dataset.length / batchSize) : Math.ceil(dataset.length / batchSize),
  };
}

type MakeTarget = (
  cases: readonly Case[],
  structures: readonly string[],
  raters: readonly string[],
) => tf.Tensor;

const TARGETS: Record<Target, MakeTarget> = {
  mean: (cases, structures, raters) =>
    planes(cases, structures.length, ({ id, annotations }) =>
      structures.map((structure) => {
        const masks = raters.flatMap((rater) => annotations[structure]?.[rater] ?? []);
        if (masks.length === 0)
          throw new TypeError(`batches: nobody outlined the ${structure} of case ${id}`);
        return (pixel) => masks.reduce((sum, mask) => sum + mask[pixel]!, 0) / masks.length;
      }),
    ),
  raters: (cases, structures, raters) =>
    planes(cases, structures.length * raters.length, ({ id, annotations }) =>
      structures.flatMap((structure) =>
        raters.map((rater) => {
          const mask = annotations[structure]?.[rater];
          if (!mask)
            throw new TypeError(`batches: rater ${rater} did not outline the ${structure} of case ${id}`);
          return (pixel: number) => mask[pixel]!;
        }),
      ),
    ),
  diagnosis: (cases) =>
    tf.tensor2d(
      cases.map(({ id, diagnosis }) => {
        if (diagnosis === undefined) throw new TypeError(`batches: the diagnosis of case ${id} is not known`);
        return [diagnosis];
      }),
    ),
};

/** [B, H, W, planes], one function of the pixel a plane. */
function planes(
  cases: readonly Case[],
  count: number,
  planesOf: (one: Case) => ((pixel: number) => number)[],
): tf.Tensor4D {
  const { height, width } = cases[0]!.image;
  const data = new Float32Array(cases.length * height * width * count);
  cases.forEach((one, b) => {
    planesOf(one).forEach((valueAt, p) => {
      for (let i = 0; i < height * width; i++) data[(b * height * width + i) * count + p] = valueAt(i);
    });
  });
  return tf.tensor4d(data, [cases.length, height, width, count]);
}

function checkSizes(cases: readonly Case[]): void {
  const first = cases[0]!.image;
  for (const { id, image } of cases) {
    if (image.height === first.height && image.width === first.width && image.channels === first.channels)
      continue;
    const sizeOf = ({ height, width, channels }: Case['image']) => `${height}×${width}×${channels}`;
    throw new RangeError(
      `batches: case ${id} is ${sizeOf(image)}, case ${cases[0]!.id} of its batch ${sizeOf(first)}`,
    );
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
