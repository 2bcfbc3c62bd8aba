import { dropPath, gelu, linear, sinePositions } from '@diff/networks/layers';
import * as tf from '@tensorflow/tfjs-core';
import { normed, normWeights } from './token-norm.js';
import {
  initializers,
  type VariantForm,
  type VariantOptions,
  type WeightSpec,
  type Weights,
} from './variant.js';

const { fanIn, small, zeros } = initializers;

/** The MLP's hidden layer is this many times as wide as a token. */
const EXPANSION = 3;

/**
 * The module in the code that the authors released (its `Stage`): every pixel a token, embedded by a depthwise 3 × 3
 * convolution, a linear map and a layer norm; positions that all heads share, added before the layer norms of query
 * and key; a projection of the result; residuals around attention and MLP, each left out now and then in training.
 */
export function released({ query, key, heads, positions, dropPath: rate }: VariantOptions): VariantForm {
  const depth = key[2];
  const norm = (name: string) => normWeights(name, depth);
  const weights: Record<string, WeightSpec> = {
    ...embedding('query', query[2], depth),
    ...embedding('key', key[2], depth),
    ...norm('embedded'),
    ...norm('attention_query'),
    ...norm('attention_key'),
    ...norm('attention_value'),
    query: { shape: [depth, depth], init: fanIn(depth) },
    key: { shape: [depth, depth], init: fanIn(depth) },
    value: { shape: [depth, depth], init: fanIn(depth) },
    project: { shape: [depth, depth], init: fanIn(depth) },
    project_bias: { shape: [depth], init: zeros },
    ...norm('mlp'),
    mlp_1: { shape: [depth, EXPANSION * depth], init: fanIn(depth) },
    mlp_1_bias: { shape: [EXPANSION * depth], init: zeros },
    mlp_2: { shape: [EXPANSION * depth, depth], init: fanIn(EXPANSION * depth) },
    mlp_2_bias: { shape: [depth], init: zeros },
  };
  if (positions === 'learned') {
    weights.query_positions = { shape: [1, query[0]! * query[1]!, depth / heads], init: small };
    weights.key_positions = { shape: [1, key[0]! * key[1]!, depth / heads], init: small };
  }

  const embed = (x: tf.Tensor4D, name: string, w: Weights) => {
    const near = tf.depthwiseConv2d(x, w[`${name}_depthwise`] as tf.Tensor4D, 1, 'same');
    const [batch, height, width, channels] = x.shape;
    const pixels = tf.reshape(tf.add(near, w[`${name}_depthwise_bias`]!), [batch, height * width, channels]);
    return normed(linear(pixels as tf.Tensor3D, w[`${name}_embed`]!), 'embedded', w);
  };
  const placed = (x: tf.Tensor3D, [, height, width]: number[], learned?: tf.Tensor) => {
    if (positions === 'none') return x;
    const places = learned ?? sinePositions([height!, width!], depth / heads);
    return tf.add(x, tf.tile(places as tf.Tensor3D, [1, 1, heads])) as tf.Tensor3D;
  };

  return {
    depth,
    weights,
    forward({ query, keyValue, mask, weights: w, attend, draw }) {
      const [batch, height, width] = query.shape;
      const x = embed(query, 'query', w);
      const p = embed((mask ? tf.mul(keyValue, mask) : keyValue) as tf.Tensor4D, 'key', w);
      const attended = attend({
        q: linear(normed(placed(x, query.shape, w.query_positions), 'attention_query', w), w.query!),
        k: linear(normed(placed(p, keyValue.shape, w.key_positions), 'attention_key', w), w.key!),
        v: linear(normed(p, 'attention_value', w), w.value!),
        allowed: mask && tf.reshape(mask, [batch, p.shape[1]]),
      });
      const branch = linear(attended, w.project!, w.project_bias);
      const withAttention = tf.add(x, dropPath(branch, rate, draw)) as tf.Tensor3D;
      const hidden = gelu(linear(normed(withAttention, 'mlp', w), w.mlp_1!, w.mlp_1_bias));
      const out = tf.add(withAttention, dropPath(linear(hidden, w.mlp_2!, w.mlp_2_bias), rate, draw));
      return tf.reshape(out, [batch, height, width, depth]);
    },
  };
}

function embedding(name: string, channels: number, depth: number): Record<string, WeightSpec> {
  return {
    [`${name}_depthwise`]: { shape: [3, 3, channels, 1], init: fanIn(9) },
    [`${name}_depthwise_bias`]: { shape: [channels], init: zeros },
    [`${name}_embed`]: { shape: [channels, depth], init: fanIn(channels) },
  };
}
