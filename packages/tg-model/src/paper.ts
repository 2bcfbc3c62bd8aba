import * as tf from '@tensorflow/tfjs-core';
import { gelu } from './gelu.js';
import { linear } from './linear.js';
import { fromPatches, patchGrid, toPatches } from './patches.js';
import { sinePositions } from './positions.js';
import {
  initializers,
  type MapShape,
  type VariantForm,
  type VariantOptions,
  type WeightSpec,
  type Weights,
} from './variant.js';

const { glorot, small } = initializers;

/**
 * The paper's Eqs. 6–10: flattened patches as tokens, positions added to query and key before their linear maps,
 * then MLP(f) = GELU(f·W₁)·W₂ with neither bias, normalisation nor residual.
 */
export function paper({ query, key, patchSize, positions }: VariantOptions): VariantForm {
  const area = patchSize ** 2;
  const depth = area * key[2];
  const queryDepth = area * query[2];
  const weights: Record<string, WeightSpec> = {
    query: { shape: [queryDepth, depth], init: glorot },
    key: { shape: [depth, depth], init: glorot },
    value: { shape: [depth, depth], init: glorot },
    mlp_1: { shape: [depth, depth], init: glorot },
    mlp_2: { shape: [depth, depth], init: glorot },
  };
  if (positions === 'learned') {
    weights.query_positions = { shape: [1, tokenCount(query, patchSize), queryDepth], init: small };
    weights.key_positions = { shape: [1, tokenCount(key, patchSize), depth], init: small };
  }

  const placed = (
    x: tf.Tensor4D,
    mask: tf.Tensor4D | undefined,
    tokens: tf.Tensor3D,
    learned?: tf.Tensor,
  ) => {
    if (positions === 'none') return tokens;
    const [, height, width, channels] = x.shape;
    const places = learned ?? sinePositions(patchGrid([height, width], patchSize), tokens.shape[2]);
    const whole = !mask && height % patchSize === 0 && width % patchSize === 0;
    if (whole) return tf.add(tokens, places) as tf.Tensor3D;
    const inside = tf.ones([1, height, width, channels]);
    const real = toPatches((mask ? tf.mul(inside, mask) : inside) as tf.Tensor4D, patchSize);
    return tf.add(tokens, tf.mul(places, real)) as tf.Tensor3D;
  };

  return {
    depth,
    weights,
    embed(queryMap, keyMap, mask, w: Weights) {
      const [, height, width] = queryMap.shape;
      const f = toPatches(queryMap, patchSize);
      const g = toPatches((mask ? tf.mul(keyMap, mask) : keyMap) as tf.Tensor4D, patchSize);
      return {
        q: linear(placed(queryMap, undefined, f, w.query_positions), w.query!),
        k: linear(placed(keyMap, mask, g, w.key_positions), w.key!),
        v: linear(g, w.value!),
        allowed: mask && (tf.max(toPatches(mask, patchSize), 2) as tf.Tensor2D),
        finish: (attended) =>
          fromPatches(linear(gelu(linear(attended, w.mlp_1!)), w.mlp_2!), patchSize, [height, width]),
      };
    },
  };
}

function tokenCount([height, width]: MapShape, patchSize: number): number {
  const [rows, columns] = patchGrid([height!, width!], patchSize);
  return rows * columns;
}
