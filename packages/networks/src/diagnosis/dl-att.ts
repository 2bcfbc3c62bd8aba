import { checkFunction, checkNumber, checkOneOf, checkOptions } from '@diff/checks';
import { bce, type Loss, type Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { head, levelStrides, resnetStages, resnetStem } from '../backbones/resnet.js';
import { ChannelMean } from '../layers/channel-mean.js';
import { layersFrom } from '../layers/torch-layers.js';
import { type DiagnosisOptions, imageAndMask } from './diagnosis-options.js';

export interface DlAttOptions extends DiagnosisOptions {
  /**
   * What the features are multiplied by. `mask` (default): the mask itself stands in the attention map's place, as
   * in the paper, where a mask is always given. `predicted`: the map that a small subnetwork predicts from the image,
   * as Li et al.; the mask then only supervises it (train with `attentionTask`), and the model has two outputs.
   */
  attention?: 'mask' | 'predicted';
}

/**
 * DL-ATT (Li et al. 2019): image ⊕ mask [B, H, W, C + S] → logits [B, 1]. The features of the image after the stem
 * are multiplied by an attention map in [0, 1], and go through the stages of a ResNet. Several structures share the
 * map as their mean (a cup inside a disc: 1/2 on the rim, 1 in the cup). A mask of ones gives the plain ResNet.
 * No official code was published.
 *
 * With `attention: 'predicted'` the outputs are [logits [B, 1], attention logits [B, h, w, 1]].
 *
 * @throws RangeError for a channel count that is not a positive integer, or an unknown backbone.
 */
export function dlAtt(options: DlAttOptions = {}): tfl.LayersModel {
  const { input, image, mask } = imageAndMask('dlAtt', options, ['attention']);
  const { stem = 'imagenet', width = 64, seed = 0, attention = 'mask' } = options;
  checkOneOf('dlAtt', 'attention', attention, ['mask', 'predicted']);
  const apply = (layer: tfl.layers.Layer, x: tfl.SymbolicTensor | tfl.SymbolicTensor[]) =>
    layer.apply(x) as tfl.SymbolicTensor;
  const low = resnetStem(image(), options);
  const attentionLogits = attention === 'predicted' ? predictAttention(low, width, seed) : undefined;
  const map = attentionLogits
    ? apply(tfl.layers.activation({ name: 'attention', activation: 'sigmoid' }), attentionLogits)
    : reduce(apply(new ChannelMean({ name: 'attention' }), mask()), levelStrides(stem).stem);
  const attended = apply(tfl.layers.multiply({ name: 'attended' }), [low, map]);
  const { B4 } = resnetStages(attended, options);
  const logits = head(B4, 1, seed);
  return tfl.model({
    inputs: input,
    outputs: attentionLogits ? [logits, attentionLogits] : logits,
    name: 'dlAtt',
  });
}

/** Two 3 × 3 convolutions and a 1 × 1 one, to one channel. */
function predictAttention(low: tfl.SymbolicTensor, width: number, seed: number): tfl.SymbolicTensor {
  const { conv, norm, relu } = layersFrom(seed + 4);
  let x = low;
  for (const i of [0, 1])
    x = relu(norm(conv(x, `attention.${i}.conv`, width, 3), `attention.${i}.bn`), `attention.${i}.relu`);
  return conv(x, 'attention.logits', 1, 1, 1, true);
}

function reduce(mask: tfl.SymbolicTensor, factor: number): tfl.SymbolicTensor {
  if (factor === 1) return mask;
  const pool = tfl.layers.averagePooling2d({
    name: 'attention.pool',
    poolSize: factor,
    strides: factor,
    padding: 'same',
  });
  return pool.apply(mask) as tfl.SymbolicTensor;
}

/**
 * The task of `dlAtt({ attention: 'predicted' })`: the loss of the diagnosis plus `weight` times the binary
 * cross-entropy of the predicted attention against the mask (mean over structures, reduced to the map's size).
 */
export function attentionTask(options: { loss?: Loss; weight?: number } = {}): Task {
  checkOptions('attentionTask', options, ['loss', 'weight']);
  const { loss = bce(), weight = 1 } = options;
  checkFunction('attentionTask', 'loss', loss);
  checkNumber('attentionTask', 'weight', weight, 0);
  const attentionLoss = bce();
  return {
    name: 'attention',
    diagnosed: true,
    predict: (forward, { image, masks }) => (forward(tf.concat([image, masks], 3)) as tf.Tensor[])[0]!,
    loss(forward, { image, masks, diagnosis }) {
      const [logits, attention] = forward(tf.concat([image, masks], 3)) as [tf.Tensor, tf.Tensor4D];
      const mean = tf.mean(masks, 3, true) as tf.Tensor4D;
      const factor = Math.round(mean.shape[1] / attention.shape[1]);
      const target = factor === 1 ? mean : tf.avgPool(mean, factor, factor, 'same');
      return tf.add(loss(logits, diagnosis), tf.mul(weight, attentionLoss(attention, target)));
    },
  };
}
