import { checkInteger, checkNumber, checkOptions } from '@diff/checks';
import type { Example } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { resUnetFeatures } from '../backbones/res-unet-features.js';
import { caseTensors, fusionOf } from './fusion.js';
import { type MultiRaterOptions, panelOf } from './multi-rater-options.js';
import type { FuseCaseOptions, Predictor } from './predictor.js';
import type { RaterTally, RaterTallyArgs } from './rater-tally.js';

export interface FusionNetworkOptions extends MultiRaterOptions {
  /** Pixels around the box of the union of masks where raters are still measured. Default: 4. */
  margin?: number;
  /** The share of a new batch in the running tally of each rater, in (0, 1]. Default: 0.1. */
  momentum?: number;
}

/** The arguments of a `RaterTally`, checked. */
export function tallyArgs(
  who: string,
  options: FusionNetworkOptions,
  more: readonly string[] = [],
): RaterTallyArgs {
  const panel = panelOf(who, options, ['margin', 'momentum', ...more]);
  const { margin = 4, momentum = 0.1 } = options;
  checkInteger(who, 'margin', margin, 0);
  checkNumber(who, 'momentum', momentum, 1e-6, 1);
  return { ...panel, margin, momentum, name: 'belief' };
}

/** An image network, and beside the image the inputs that carry the raters: [B, H, W, S, R] and [B, S, R]. */
export function fusionInputs(who: string, options: FusionNetworkOptions) {
  const { structures = 1, raters = 2 } = options;
  const [height, width] = options.size ?? [null, null];
  const { input, output } = resUnetFeatures(who, structures, options);
  const panel = [
    tfl.input({ shape: [height, width, structures, raters], name: 'raters' }),
    tfl.input({ shape: [structures, raters], name: 'present' }),
  ] as const;
  return { input, output, panel };
}

/** The image network alone: image → logits. It shares the weights of the model. */
export const imageNetwork = (model: tfl.LayersModel): tfl.LayersModel =>
  tfl.model({ inputs: model.inputs[0]!, outputs: model.outputs[0]! });

/** `predict` by the image network; `fuse` by the layer `belief`, whose belief is output number `belief` of the layer. */
export function fusionPredictor(who: string, model: tfl.LayersModel, belief: number): Predictor {
  const alone = imageNetwork(model);
  const layer = model.getLayer('belief') as RaterTally;
  return {
    predict: (image) => tf.tidy(() => tf.sigmoid(alone.predict(image) as tf.Tensor4D)),
    async fuse(example: Example, options: FuseCaseOptions = {}) {
      checkOptions(who, options, ['image']);
      const inputs = caseTensors(who, example);
      const { image, raters, present } = inputs;
      const want = model.inputs[2]!.shape.slice(1).join(' × ');
      const got = present.shape.slice(1).join(' × ');
      try {
        if (got !== want)
          throw new RangeError(
            `${who}: case "${example.id}" has ${got} structures and raters, expected ${want}`,
          );
        const map = tf.tidy(() => {
          const logits = logitsFor(alone, options.image, image);
          return [layer.apply([logits, raters, present], { training: false })].flat()[belief] as tf.Tensor;
        });
        const fusion = await fusionOf(example, map, layer.counts);
        map.dispose();
        return fusion;
      } finally {
        tf.dispose(inputs);
      }
    },
  };
}

/** Logits of the size of `image`, which the network saw itself, or as `seen`. */
function logitsFor(alone: tfl.LayersModel, seen: FuseCaseOptions['image'], image: tf.Tensor4D): tf.Tensor4D {
  const see = (x: tf.Tensor4D) => alone.apply(x, { training: false }) as tf.Tensor4D;
  if (!seen) return see(image);
  const small = see(tf.tensor4d(seen.data, [1, seen.height, seen.width, seen.channels]));
  return tf.image.resizeBilinear(small, [image.shape[1], image.shape[2]], false, true);
}
