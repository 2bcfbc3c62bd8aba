import { readSafetensors, type Weights } from '@diff/train';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type Depth, type ResNetOptions, resnet } from '../backbones/resnet.js';
import { loadTorchWeights, type TorchReport } from './load-torch-weights.js';

export interface ImportTorchOptions {
  /** Default: as in the file. More than that many: see `loadTorchWeights`. */
  inputChannels?: number;
  /** Default: as in the file; another number gives a dense layer with new weights. */
  classes?: number;
  /** Seed of new weights. */
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
