import { check } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { CrossAttention } from './cross-attention.js';

/** Every Give and Take of a model with what it is given for a batch of images, in inference mode. Call it in a tidy. */
export function attentionInputs(
  who: string,
  model: tfl.LayersModel,
  input: tf.Tensor,
): { layer: CrossAttention; inputs: tf.Tensor[] }[] {
  check(Array.isArray(model?.layers), who, 'model', model, 'a tf.layers model', 'other');
  check(input instanceof tf.Tensor, who, 'input', input, 'a tensor', 'other');
  const layers = model.layers.filter((layer) => layer instanceof CrossAttention);
  if (!layers.length) throw new RangeError(`${who}: ${model.name} has no Give or Take layer`);
  const given = layers.map((layer) => layer.input as tfl.SymbolicTensor[]);
  const part = tfl.model({ inputs: model.inputs, outputs: [...new Set(given.flat())] });
  const values = [part.apply(input, { training: false }) as tf.Tensor | tf.Tensor[]].flat();
  return layers.map((layer, i) => ({
    layer,
    inputs: given[i]!.map((tensor) => values[part.outputs.indexOf(tensor)]!),
  }));
}
