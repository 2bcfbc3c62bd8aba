import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type Depth, type ResNetOptions, resnet } from './resnet.js';
import { readSafetensors, type Weights } from './safetensors.js';

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
 * whatever layers bear torchvision's names. A first convolution of more input channels keeps the filters of the
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

export interface ImportTorchOptions {
  /** Default: as in the file. More than that many: see `loadTorchWeights`. */
  inputChannels?: number;
  /** Default: as in the file; another number gives a dense layer with new weights. */
  classes?: number;
  /** Of new weights. */
  seed?: number;
  /** What to call the file in an error. */
  name?: string;
}

/**
 * The ResNet whose weights a safetensors file holds by torchvision's names. Depth, width, stem, channels and classes
 * are read off names and shapes.
 *
 * @throws Error if the file is not whole, or is not that of a torchvision ResNet.
 */
export function importTorch(
  bytes: Uint8Array,
  options: ImportTorchOptions = {},
): { model: tfl.LayersModel; options: ResNetOptions; report: TorchReport } {
  const { name = 'the file' } = options;
  const { tensors } = readSafetensors(bytes, name);
  const found = recognise(tensors, name);
  const classes = options.classes ?? found.classes;
  const chosen: ResNetOptions = {
    ...found,
    inputChannels: options.inputChannels ?? found.inputChannels!,
    seed: options.seed ?? 0,
    ...(classes !== undefined && { classes }),
  };
  const model = resnet(chosen);
  const report = loadTorchWeights(model, tensors);
  const missing = report.fresh.filter((weight) => !weight.startsWith('fc/'));
  const extra = report.unused.filter((tensor) => !tensor.startsWith('fc.'));
  if (missing.length || extra.length) {
    model.dispose();
    throw new Error(
      `${name} is not a torchvision ResNet of depth ${found.depth}: ${[
        missing.length && `it lacks ${missing.join(', ')}`,
        extra.length && `it has ${extra.join(', ')} besides`,
      ]
        .filter(Boolean)
        .join('; ')}`,
    );
  }
  return { model, options: chosen, report };
}

function recognise(tensors: ReadonlyMap<string, Weights>, name: string): ResNetOptions {
  const first = tensors.get('conv1.weight');
  if (first?.shape.length !== 4)
    throw new Error(`${name} is not a torchvision ResNet: it has no convolution called conv1.weight`);
  const blocks = [1, 2, 3, 4].map((stage) => {
    let count = 0;
    while (tensors.has(`layer${stage}.${count}.conv1.weight`)) count++;
    return count;
  });
  const depths: Record<string, Depth> = tensors.has('layer1.0.conv3.weight')
    ? { '3,4,6,3': 50, '3,4,23,3': 101 }
    : { '2,2,2,2': 18, '3,4,6,3': 34 };
  const depth = depths[blocks.join()];
  if (!depth)
    throw new Error(`${name} is not a torchvision ResNet of a known depth: its stages have ${blocks} blocks`);
  const classes = tensors.get('fc.weight')?.shape[0];
  return {
    depth,
    width: first.shape[0]!,
    stem: first.shape[2] === 7 ? 'imagenet' : 'cifar',
    inputChannels: first.shape[1]!,
    ...(classes !== undefined && { classes }),
  };
}
