import { checkNumber } from '@diff/checks';
import type { Forward, Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { resUnetFeatures } from '../backbones/res-unet-features.js';
import { SplitRaters } from '../layers/split-raters.js';
import { layersFrom } from '../layers/torch-layers.js';
import { type MultiRaterOptions, panelOf } from './multi-rater-options.js';
import { inference, type Predictor, raterTask } from './predictor.js';
import { bceOfProbability, beside, weightedMean } from './rater-loss.js';

export interface CmNetOptions extends MultiRaterOptions {
  /** λ, the weight of the mean trace in the loss. Default: 0.01. */
  trace?: number;
}

function settingsOf(who: string, options: CmNetOptions) {
  const panel = panelOf(who, options, ['trace']);
  const { trace = 0.01 } = options;
  checkNumber(who, 'trace', trace, 0);
  return { ...panel, trace };
}

/** At the start a rater keeps a pixel's class with σ(3) = 0.95. */
const FAITHFUL = 3;

/**
 * A confusion matrix per rater and pixel (Zhang et al. 2020, after Tanno et al. 2019): image → [logits of the truth
 * [B, H, W, S], logits of each rater's specificity, logits of each rater's sensitivity], the last two [B, H, W, S, R]. A rater's map is
 * sensitivity · p + (1 − specificity) · (1 − p). Every matrix starts close to the identity.
 *
 * @throws RangeError for an option out of range, or a size that is no multiple of the coarsest stride.
 */
export function cmNet(options: CmNetOptions = {}): tfl.LayersModel {
  const { structures, raters } = settingsOf('cmNet', options);
  const { width = 64, seed = 0 } = options;
  const layers = layersFrom(seed + 17);
  const { input, output } = resUnetFeatures('cmNet', width, options);
  const features = layers.relu(output, 'features');
  const truth = layers.conv(features, 'truth', structures, 1, 1, true);
  const rate = (name: string) => {
    const logits = layers.conv(features, `${name}.logits`, structures * raters, 1, 1, true);
    return new SplitRaters({ name, raters }).apply(logits) as tfl.SymbolicTensor;
  };
  return tfl.model({
    inputs: input,
    outputs: [truth, rate('specificity'), rate('sensitivity')],
    name: 'cmNet',
  });
}

function parts(forward: Forward, image: tf.Tensor4D) {
  const [truth, ...logits] = forward(image) as [tf.Tensor4D, tf.Tensor5D, tf.Tensor5D];
  const [specificity, sensitivity] = logits.map((x) => tf.sigmoid(tf.add(x, FAITHFUL))) as [
    tf.Tensor,
    tf.Tensor,
  ];
  const p = tf.sigmoid(truth) as tf.Tensor4D;
  const inside = tf.expandDims(p, 4);
  const raters = tf.add(tf.mul(sensitivity, inside), tf.mul(tf.sub(1, specificity), tf.sub(1, inside)));
  return { p, specificity, sensitivity, raters };
}

/**
 * The binary cross-entropy of each rater's map against that rater's mask, plus λ · the mean trace of the confusion matrices: of all
 * explanations that fit, the one with the most confused raters, which leaves the truth alone.
 */
export function cmNetTask(options: CmNetOptions = {}): Task {
  const { trace } = settingsOf('cmNetTask', options);
  return raterTask(
    'cmNet',
    (forward, { image }) => parts(forward, image).p,
    (forward, batch) => {
      const { specificity, sensitivity, raters } = parts(forward, batch.image);
      const there = beside(batch.present);
      return tf.add(
        weightedMean(bceOfProbability(raters, batch.raters), there),
        tf.mul(trace, weightedMean(tf.add(specificity, sensitivity), there)),
      );
    },
  );
}

/** `predict` is the truth's probability, `predictRaters` what each rater would make of it. */
export function cmNetPredictor(model: tfl.LayersModel): Predictor {
  const forward = inference(model);
  return {
    predict: (image) => tf.tidy(() => parts(forward, image).p),
    predictRaters: (image) => tf.tidy(() => parts(forward, image).raters as tf.Tensor5D),
  };
}
