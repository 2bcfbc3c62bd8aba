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

export type Tensors = ReadonlyMap<string, Weights>;

/** What PyTorch calls the kinds of weights. */
const kinds: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

/** PyTorch's name of a weight of the model (`bn1/gamma`), whose layer it calls `layer`: `bn1.weight`. */
export const torchName = (layer: string, kind: string): string => `${layer}.${kinds[kind] ?? kind}`;

/**
 * Writes into the weights of a model those of a file.
 *
 * @param nameOf The file's name for a weight, from its layer's name and its kind; undefined where it has none.
 * @param convert The tensor in TensorFlow's layout; undefined for one that is not taken after all.
 */
export function copyWeights(
  model: tfl.LayersModel,
  tensors: Tensors,
  nameOf: (layer: string, kind: string) => string | undefined,
  convert: (tensor: Weights, wanted: number[], name: string) => tf.Tensor | undefined,
): TorchReport {
  const report: TorchReport = { loaded: [], fresh: [], unused: [] };
  const used = new Set<string>();
  for (const weight of model.weights) {
    const [layer, kind] = weight.originalName.split('/') as [string, string];
    const name = nameOf(layer, kind);
    const tensor = name === undefined ? undefined : tensors.get(name);
    const value = tensor && convert(tensor, weight.shape as number[], name!);
    if (!value) {
      report.fresh.push(weight.originalName);
      continue;
    }
    weight.write(value);
    value.dispose();
    used.add(name!);
    report.loaded.push(weight.originalName);
  }
  report.unused = [...tensors.keys()].filter(
    (name) => !used.has(name) && !name.endsWith('.num_batches_tracked'),
  );
  return report;
}

/** A tensor of PyTorch in TensorFlow's order of axes: kernels of convolutions and of deconvolutions, matrices, vectors. */
export function turned({ shape, data }: Weights): tf.Tensor {
  const tensor = tf.tensor(data, shape);
  if (shape.length === 4) return tf.transpose(tensor, [2, 3, 1, 0]);
  return shape.length === 2 ? tf.transpose(tensor) : tensor;
}
