import { fromPatches, gelu, linear, patchGrid, sinePositions, toPatches } from '@diff/networks/layers';
import * as tf from '@tensorflow/tfjs-core';
import { normed, normWeights } from './token-norm.js';
import {
  initializers,
  type MapShape,
  type VariantForm,
  type VariantOptions,
  type WeightSpec,
} from './variant.js';

const { glorot, small } = initializers;

/**
 * The paper's Eqs. 6–10: flattened patches as tokens, positions added to query and key before their linear maps,
 * then MLP(f) = GELU(f·W₁)·W₂ with neither bias, normalisation nor residual. With `norm`, layer norms stand before that:
 * one of the query's tokens, one of the other map's (keys and values), one of what attention gives the MLP.
 */
export function paper({ query, key, patchSize, positions, norm }: VariantOptions): VariantForm {
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
  // Last, so that the others are drawn as without them.
  if (norm)
    Object.assign(
      weights,
      normWeights('query_norm', queryDepth),
      normWeights('key_norm', depth),
      normWeights('mlp_norm', depth),
    );

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
    forward({ query, keyValue, mask, weights: w, attend }) {
      const [, height, width] = query.shape;
      const even = (x: tf.Tensor3D, name: string) => (norm ? normed(x, name, w) : x);
      const seen = (mask ? tf.mul(keyValue, mask) : keyValue) as tf.Tensor4D;
      const f = even(toPatches(query, patchSize), 'query_norm');
      const g = even(toPatches(seen, patchSize), 'key_norm');
      const attended = attend({
        q: linear(placed(query, undefined, f, w.query_positions), w.query!),
        k: linear(placed(keyValue, mask, g, w.key_positions), w.key!),
        v: linear(g, w.value!),
        allowed: mask && (tf.max(toPatches(mask, patchSize), 2) as tf.Tensor2D),
      });
      const hidden = gelu(linear(even(attended, 'mlp_norm'), w.mlp_1!));
      return fromPatches(linear(hidden, w.mlp_2!), patchSize, [height, width]);
    },
  };
}

function tokenCount([height, width]: MapShape, patchSize: number): number {
  const [rows, columns] = patchGrid([height!, width!], patchSize);
  return rows * columns;
}
