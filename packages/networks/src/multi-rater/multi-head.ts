import type { Forward, Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { resUnetFeatures } from '../backbones/res-unet-features.js';
import { bceByValue } from '../layers/bce-by-value.js';
import { SplitRaters } from '../layers/split-raters.js';
import { type MultiRaterOptions, panelOf } from './multi-rater-options.js';
import { inference, type Predictor, raterTask } from './predictor.js';
import { beside, weightedMean } from './rater-loss.js';

/**
 * One head per rater on one trunk: image [B, H, W, C] → logits [B, H, W, S, R], a ResNet, a U-Net decoder and a last layer of S · R
 * channels. Each head learns the masks of its rater alone; a missing rater teaches nothing. (Doctor Net of Guan et al. 2018, per
 * pixel.)
 *
 * @throws RangeError for an option out of range, or a size that is no multiple of the coarsest stride.
 */
export function multiHead(options: MultiRaterOptions = {}): tfl.LayersModel {
  const { structures, raters } = panelOf('multiHead', options);
  const { input, output } = resUnetFeatures('multiHead', structures * raters, options);
  const heads = new SplitRaters({ name: 'heads', raters }).apply(output) as tfl.SymbolicTensor;
  return tfl.model({ inputs: input, outputs: heads, name: 'multiHead' });
}

const raters = (forward: Forward, image: tf.Tensor4D) =>
  tf.sigmoid(forward(image) as tf.Tensor) as tf.Tensor5D;

/** The mean of the heads' binary cross-entropies, over the raters who are there. */
export function multiHeadTask(): Task {
  return raterTask(
    'multiHead',
    (forward, { image }) => tf.mean(raters(forward, image), -1),
    (forward, batch) =>
      weightedMean(bceByValue(forward(batch.image) as tf.Tensor, batch.raters), beside(batch.present)),
  );
}

export function multiHeadPredictor(model: tfl.LayersModel): Predictor {
  const forward = inference(model);
  return {
    predict: (image) => tf.tidy(() => tf.mean(raters(forward, image), -1) as tf.Tensor4D),
    predictRaters: (image) => tf.tidy(() => raters(forward, image)),
  };
}
