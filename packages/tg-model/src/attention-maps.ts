import { patchGrid } from '@diff/networks/layers';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { attentionInputs } from './attention-inputs.js';

/** Who attends to what, in one layer. */
export interface AttentionMap {
  /** [B, heads, N, M]; the rows over M sum to 1. */
  affinities: tf.Tensor4D;
  /** Rows and columns of the N tokens of the query, row by row, and of the M tokens of the key. */
  queryGrid: [rows: number, columns: number];
  keyGrid: [rows: number, columns: number];
}

/**
 * The affinities a of Eq. 7 in every Give and Take of a model, by the layer's name, for a batch of images: affinities
 * [b, h, n] as a picture of `keyGrid` shows where token n of the query looks. Dispose of them when they are drawn.
 *
 * @throws RangeError if the model has no such layer.
 */
export function attentionMaps(model: tfl.LayersModel, input: tf.Tensor): Record<string, AttentionMap> {
  return tf.tidy(() => {
    const maps = attentionInputs('attentionMaps', model, input).map(({ layer, inputs }) => {
      const [query, key] = inputs.map(({ shape }) => shape) as [number[], number[]];
      const size = layer.patchSizeFor(query, key);
      const grid = ([, height, width]: number[]) => patchGrid([height!, width!], size);
      const map = { affinities: layer.affinities(inputs), queryGrid: grid(query), keyGrid: grid(key) };
      return [layer.name, map] as const;
    });
    return Object.fromEntries(maps) as unknown as tf.TensorContainerObject;
  }) as unknown as Record<string, AttentionMap>;
}
