import { checkString, fail, show } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/**
 * Transfer learning: gives the layers of `to` whose names begin with `prefix` the weights that the layers of the same names have in
 * `from`, moments of batch norms too.
 *
 * @returns The names of the layers.
 * @throws RangeError where there is no such layer, `from` lacks one, or its weights have other shapes; nothing is changed then.
 */
export function carryOver(from: tfl.LayersModel, to: tfl.LayersModel, prefix: string): string[] {
  const who = 'carryOver';
  checkString(who, 'prefix', prefix);
  const layers = to.layers.filter((layer) => layer.name.startsWith(prefix) && layer.weights.length > 0);
  if (layers.length === 0)
    fail(who, `prefix is ${show(prefix)}, expected how names of layers with weights of ${to.name} begin`);
  const sources = layers.map((layer) => {
    const source = from.layers.find(({ name }) => name === layer.name);
    if (!source) fail(who, `${from.name} has no layer ${layer.name}`);
    const [own, other] = [layer, source].map(({ weights }) =>
      weights.map(({ shape }) => `[${shape.join(', ')}]`).join(' '),
    );
    if (own !== other)
      fail(who, `${layer.name} has weights of shapes ${other} in ${from.name}, expected ${own}`);
    return source;
  });
  tf.tidy(() => {
    for (const [i, layer] of layers.entries()) layer.setWeights(sources[i]!.getWeights());
  });
  return layers.map(({ name }) => name);
}
