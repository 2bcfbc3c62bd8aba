import type { Forward, Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { resUnetFeatures } from '../backbones/res-unet-features.js';
import { bceByValue } from '../layers/bce-by-value.js';
import { detached } from '../layers/detached.js';
import { SplitRaters } from '../layers/split-raters.js';
import { type MultiRaterOptions, panelOf } from './multi-rater-options.js';
import { inference, type Predictor, raterTask } from './predictor.js';
import { bceOfProbability, beside, meanOfPresent, outlined, weightedMean } from './rater-loss.js';

/** Logits [B, H, W, S, R] → Σᵣ wᵣ·σ(logitᵣ), with w = softmax of one learned number per structure and rater, at first equal. */
export class WeightedRaters extends tfl.layers.Layer {
  static className = 'DiffWeightedRaters';
  private scores?: tfl.LayerVariable;

  override build(inputShape: tfl.Shape): void {
    const shape = inputShape.slice(3) as number[];
    this.scores = this.addWeight('scores', shape, 'float32', tfl.initializers.zeros());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return inputShape.slice(0, 4);
  }

  /** How much each rater counts, [S, R]; each row sums to 1. */
  get shares(): tf.Tensor2D {
    return tf.softmax(this.scores!.read() as tf.Tensor2D);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const logits = Array.isArray(inputs) ? inputs[0]! : inputs;
      return tf.sum(tf.mul(detached(logits, tf.sigmoid), this.shares), -1);
    });
  }
}
tf.serialization.registerClass(WeightedRaters);

/**
 * Weighted Doctor Net (Guan et al. 2018, "Who said what"), per pixel: one head per rater, and averaging weights learned on top.
 * Image → [logits [B, H, W, S, R], weighted probability [B, H, W, S]].
 *
 * The paper learns the weights in a second stage with the heads frozen. Here both are learned in one training: no gradient goes
 * from the weighted mean to the heads, so that at every step the weights see frozen heads.
 *
 * @throws RangeError for an option out of range, or a size that is no multiple of the coarsest stride.
 */
export function wdNet(options: MultiRaterOptions = {}): tfl.LayersModel {
  const { structures, raters } = panelOf('wdNet', options);
  const { input, output } = resUnetFeatures('wdNet', structures * raters, options);
  const heads = new SplitRaters({ name: 'heads', raters }).apply(output) as tfl.SymbolicTensor;
  const weighted = new WeightedRaters({ name: 'weights' }).apply(heads) as tfl.SymbolicTensor;
  return tfl.model({ inputs: input, outputs: [heads, weighted], name: 'wdNet' });
}

const both = (forward: Forward, image: tf.Tensor4D) => forward(image) as [tf.Tensor5D, tf.Tensor4D];

/** The mean of the heads' losses over the raters who are there, plus that of the weighted mean against their mean vote. */
export function wdNetTask(): Task {
  return raterTask(
    'wdNet',
    (forward, { image }) => both(forward, image)[1],
    (forward, { image, raters, present }) => {
      const [heads, weighted] = both(forward, image);
      return tf.add(
        weightedMean(bceByValue(heads, raters), beside(present)),
        weightedMean(bceOfProbability(weighted, meanOfPresent(raters, present)), outlined(present)),
      );
    },
  );
}

/** `predict` is the weighted mean. */
export function wdNetPredictor(model: tfl.LayersModel): Predictor {
  const forward = inference(model);
  return {
    predict: (image) => tf.tidy(() => both(forward, image)[1]),
    predictRaters: (image) => tf.tidy(() => tf.sigmoid(both(forward, image)[0])),
  };
}
