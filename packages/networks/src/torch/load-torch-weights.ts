import type { Weights } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { copyWeights, type TorchReport, torchName, turned } from './copy-weights.js';

export type { TorchReport } from './copy-weights.js';

/**
 * Copies the weights of a torchvision ResNet into a model built on `resnet` (a diagnosis network, an encoder):
 * all layers that bear torchvision's names. A first convolution of more input channels keeps the filters of the
 * first ones (red, green, blue) and starts each of the rest from their mean.
 *
 * @param tensors By PyTorch's names, in PyTorch's layout.
 * @throws RangeError if the first convolution has fewer inputs than the file's, or a shape other than that and the
 * dense layer's differs.
 */
export function loadTorchWeights(model: tfl.LayersModel, tensors: ReadonlyMap<string, Weights>): TorchReport {
  return copyWeights(model, tensors, torchName, convert);
}

/** From PyTorch's layout to TensorFlow's, or `undefined` for a dense layer of another shape. */
function convert(weights: Weights, wanted: number[], name: string): tf.Tensor | undefined {
  return tf.tidy(() => {
    const tensor = turned(weights);
    const more = tensor.rank === 4 ? wanted[2]! - tensor.shape[2]! : 0;
    if (name === 'conv1.weight' && more > 0)
      return checked(
        tf.concat([tensor, tf.tile(tf.mean(tensor, 2, true), [1, 1, more, 1])], 2),
        wanted,
        name,
      );
    const fits = tensor.shape.join() === wanted.join();
    return name.startsWith('fc.') && tensor.rank < 4 && !fits ? undefined : checked(tensor, wanted, name);
  }) as tf.Tensor | undefined;
}

function checked(tensor: tf.Tensor, wanted: number[], name: string): tf.Tensor {
  if (tensor.shape.join() !== wanted.join())
    throw new RangeError(
      `loadTorchWeights: ${name} has shape [${tensor.shape}] in TensorFlow's order, the model wants [${wanted}]`,
    );
  return tensor;
}
