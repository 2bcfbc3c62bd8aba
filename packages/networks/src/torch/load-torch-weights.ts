import type { Weights } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** Which weights of a model came from a file, and which did not. */
export interface TorchReport {
  loaded: string[];
  /** Weights of the model that the file has not, or has in another shape (a dense layer of other classes). */
  fresh: string[];
  /** Tensors of the file that the model has not. */
  unused: string[];
}

const kinds: Record<string, string> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

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
  const report: TorchReport = { loaded: [], fresh: [], unused: [] };
  const used = new Set<string>();
  for (const weight of model.weights) {
    const [layer, kind] = weight.originalName.split('/') as [string, string];
    const name = `${layer}.${kinds[kind] ?? kind}`;
    const tensor = tensors.get(name);
    const value = tensor && convert(tensor, weight.shape as number[], name);
    if (!value) {
      report.fresh.push(weight.originalName);
      continue;
    }
    weight.write(value);
    value.dispose();
    used.add(name);
    report.loaded.push(weight.originalName);
  }
  report.unused = [...tensors.keys()].filter(
    (name) => !used.has(name) && !name.endsWith('.num_batches_tracked'),
  );
  return report;
}

/** From PyTorch's layout to TensorFlow's, or `undefined` for a dense layer of another shape. */
function convert({ shape, data }: Weights, wanted: number[], name: string): tf.Tensor | undefined {
  return tf.tidy(() => {
    const tensor = tf.tensor(data, shape);
    if (shape.length === 4) {
      const kernel = tf.transpose(tensor, [2, 3, 1, 0]) as tf.Tensor4D;
      const more = wanted[2]! - shape[1]!;
      const widened =
        name === 'conv1.weight' && more > 0
          ? tf.concat([kernel, tf.tile(tf.mean(kernel, 2, true), [1, 1, more, 1])], 2)
          : kernel;
      return checked(widened, wanted, name);
    }
    const turned = shape.length === 2 ? tf.transpose(tensor) : tensor;
    const fits = turned.shape.join() === wanted.join();
    return name.startsWith('fc.') && !fits ? undefined : checked(turned, wanted, name);
  }) as tf.Tensor | undefined;
}

function checked(tensor: tf.Tensor, wanted: number[], name: string): tf.Tensor {
  if (tensor.shape.join() !== wanted.join())
    throw new RangeError(
      `loadTorchWeights: ${name} has shape [${tensor.shape}] in TensorFlow's order, the model wants [${wanted}]`,
    );
  return tensor;
}
