import { predictorOf } from '@diff/networks/multi-rater';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { UsableCase } from './load-data.js';

/** How many samples are drawn of a network that knows a distribution and no raters. */
const SAMPLES = 4;

/** What a network says of a case beside its mean. */
export interface Opinion {
  /** The rater, or `sample 1` and so on. */
  name: string;
  /** One map per structure. */
  maps: Float32Array[];
}

/** What a network that learned every rater's masks says of each rater, or samples of what it takes for possible; of one that can say neither, nothing. */
export function opinionsOf(
  model: tfl.LayersModel,
  { image }: Pick<UsableCase, 'image'>,
  raters: readonly string[],
): Opinion[] {
  const { predictRaters, sample } = predictorOf(model);
  if (!predictRaters && !sample) return [];
  // Names first, then structures: [names, 1, H, W, S] → [names, S, H, W].
  const values = tf.tidy(() => {
    const input = tf.tensor4d(image.data, [1, image.height, image.width, image.channels]);
    const maps = predictRaters
      ? tf.transpose(predictRaters(input), [4, 0, 1, 2, 3])
      : sample!(input, { count: SAMPLES });
    return tf.transpose(maps, [0, 1, 4, 2, 3]).dataSync() as Float32Array;
  });
  const names = predictRaters ? raters : Array.from({ length: SAMPLES }, (_, i) => `sample ${i + 1}`);
  const pixels = image.height * image.width;
  const structures = values.length / names.length / pixels;
  return names.map((name, n) => ({
    name,
    maps: Array.from({ length: structures }, (_, s) => {
      const from = (n * structures + s) * pixels;
      return values.slice(from, from + pixels);
    }),
  }));
}
