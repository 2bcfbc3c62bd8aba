import { checkInteger } from '@diff/checks';
import type { Forward, Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { resUnetFeatures } from '../backbones/res-unet-features.js';
import { bceByValue } from '../layers/bce-by-value.js';
import { SplitRaters } from '../layers/split-raters.js';
import { layersFrom } from '../layers/torch-layers.js';
import { drawRater } from './draw-rater.js';
import { type MultiRaterOptions, panelOf } from './multi-rater-options.js';
import { inference, type Predictor, raterTask } from './predictor.js';
import { outlined } from './rater-loss.js';
import { normals, samplesOf } from './samples.js';

export interface StochasticSegmentationOptions extends MultiRaterOptions {
  /** Rank of the covariance between pixels. Default: 10, as the paper. */
  rank?: number;
  /** Samples of the logits per image and step in the loss. Default: 20, as the paper. */
  samples?: number;
}

function settingsOf(who: string, options: StochasticSegmentationOptions) {
  const panel = panelOf(who, options, ['rank', 'samples']);
  const { rank = 10, samples = 20 } = options;
  checkInteger(who, 'rank', rank, 1);
  checkInteger(who, 'samples', samples, 1);
  return { ...panel, rank, samples };
}

/**
 * Stochastic segmentation network (Monteiro et al. 2020): a Gaussian over the logits of the whole image, with a covariance of low
 * rank. Image → [mean [B, H, W, S], factor P [B, H, W, S, rank], log of the diagonal deviation [B, H, W, S]]. A sample is
 * mean + P·ε + deviation·δ, where ε [rank] is one draw for all pixels, so that they move together.
 *
 * @throws RangeError for an option out of range, or a size that is no multiple of the coarsest stride.
 */
export function stochasticSegmentation(options: StochasticSegmentationOptions = {}): tfl.LayersModel {
  const who = 'stochasticSegmentation';
  const { structures, rank } = settingsOf(who, options);
  const { width = 64, seed = 0 } = options;
  const layers = layersFrom(seed + 19);
  const { input, output } = resUnetFeatures(who, width, options);
  const features = layers.relu(output, 'features');
  const head = (name: string, channels: number) => layers.conv(features, name, channels, 1, 1, true);
  const factor = new SplitRaters({ name: 'factor', raters: rank }).apply(
    head('factor.flat', structures * rank),
  );
  const outputs = [head('mean', structures), factor as tfl.SymbolicTensor, head('deviation', structures)];
  return tfl.model({ inputs: input, outputs, name: who });
}

/** One draw of the logits, [B, H, W, S]. */
function draw([mean, factor, deviation]: tf.Tensor[], normal: () => number): tf.Tensor4D {
  const [b, , , , rank] = factor!.shape as [number, number, number, number, number];
  const together = tf.sum(tf.mul(factor!, normals([b, 1, 1, 1, rank], normal)), -1);
  const alone = tf.mul(tf.exp(deviation!), normals(mean!.shape, normal));
  return tf.addN([mean!, together, alone]) as tf.Tensor4D;
}

const outputsOf = (forward: Forward, image: tf.Tensor4D) => forward(image) as tf.Tensor[];

/**
 * −log of the mean likelihood over samples of the logits, −log (1/M · Σₘ exp(−BCE summed over the image)), for the mask of one
 * random rater per image and step, averaged over images.
 */
export function stochasticSegmentationTask(options: StochasticSegmentationOptions = {}): Task {
  const { samples } = settingsOf('stochasticSegmentationTask', options);
  return raterTask(
    'stochasticSegmentation',
    (forward, { image }) => tf.sigmoid(outputsOf(forward, image)[0]!),
    (forward, batch) => {
      const outputs = outputsOf(forward, batch.image);
      const mask = drawRater(batch);
      const there = outlined(batch.present);
      const each = Array.from({ length: samples }, () => {
        const logits = draw(outputs, batch.random.normal);
        return tf.neg(tf.sum(tf.mul(bceByValue(logits, mask), there), [1, 2, 3]));
      });
      return tf.mean(tf.sub(Math.log(samples), tf.logSumExp(tf.stack(each), 0)));
    },
  );
}

export function stochasticSegmentationPredictor(model: tfl.LayersModel): Predictor {
  const forward = inference(model);
  return samplesOf('stochasticSegmentation', (image, normal) =>
    tf.sigmoid(draw(outputsOf(forward, image), normal)),
  );
}
