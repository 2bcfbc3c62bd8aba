import { check, fail } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/**
 * Gives each layer of `backbone` the weights of the layer of `guide` that has its name and their shapes. A convolution of
 * image ⊕ mask gives one of the image alone the part that looks at the image, whose channels come first.
 *
 * @throws RangeError if no layer fits.
 */
export function startFrom(backbone: tfl.LayersModel, guide: tfl.LayersModel): void {
  check(Array.isArray(guide?.inputs), 'tgNetwork', 'startFrom', guide, 'a tf.layers model', 'other');
  const channels = backbone.inputs[0]!.shape[3]!;
  const seen = guide.inputs.reduce((sum, { shape }) => sum + shape.at(-1)!, 0);
  const fitting = (from: tf.Tensor, to: tf.Tensor): tf.Tensor | undefined => {
    if (tf.util.arraysEqual(from.shape, to.shape)) return from;
    const [height, width, inputs, filters] = to.shape as number[];
    const wider = [height!, width!, seen, filters!];
    if (inputs !== channels || !tf.util.arraysEqual(from.shape, wider)) return undefined;
    return tf.slice(from, [0, 0, 0, 0], to.shape);
  };
  tf.tidy(() => {
    let copied = 0;
    for (const layer of backbone.layers) {
      const same = guide.layers.find(({ name }) => name === layer.name);
      const [from, to] = [same?.getWeights() ?? [], layer.getWeights()];
      const values = to.map((w, i) => from[i] && fitting(from[i], w));
      if (!to.length || from.length !== to.length || values.includes(undefined)) continue;
      layer.setWeights(values as tf.Tensor[]);
      copied++;
    }
    if (!copied)
      fail(
        'tgNetwork',
        `startFrom is ${guide.name}, which has no layer with the name and the shapes of one of the backbone ${backbone.name}`,
      );
  });
}
