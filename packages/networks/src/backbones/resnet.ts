import { checkInteger, checkOptions } from '@diff/checks';
import * as tfl from '@tensorflow/tfjs-layers';
import { dense, type Layers, layersFrom } from '../layers/torch-layers.js';
import { type Backbone, backboneOptions, checkBackbone, checkSize } from './backbone.js';

export type { Backbone, Depth } from './backbone.js';

const plans = {
  18: { blocks: [2, 2, 2, 2], bottleneck: false },
  34: { blocks: [3, 4, 6, 3], bottleneck: false },
  50: { blocks: [3, 4, 6, 3], bottleneck: true },
  101: { blocks: [3, 4, 23, 3], bottleneck: true },
} as const;

/** Where a ResNet's features are taken, finest first: after the stem's ReLU, and after each of its four stages. */
export const levels = ['stem', 'B1', 'B2', 'B3', 'B4'] as const;
export type Level = (typeof levels)[number];

export interface ResNetOptions extends Backbone {
  /** Default 3. */
  inputChannels?: number;
  /** Height and width of the input, where they must be fixed; any size otherwise. */
  size?: readonly [height: number, width: number];
  /** Outputs of the final dense layer. Without it the model's outputs are the five feature levels. */
  classes?: number;
}

export type Features = Record<Level, tfl.SymbolicTensor>;

/** How many input pixels one pixel of a level spans. */
export function levelStrides(stem: Backbone['stem'] = 'imagenet'): Record<Level, number> {
  return stem === 'imagenet'
    ? { stem: 2, B1: 4, B2: 8, B3: 16, B4: 32 }
    : { stem: 1, B1: 1, B2: 2, B3: 4, B4: 8 };
}

/**
 * A residual network (He et al. 2016) as a `tf.layers` model: [B, H, W, inputChannels] → [B, classes] logits, or
 * without `classes` → the five feature levels. The layers bear torchvision's names (`conv1`, `layer1.0.bn2`,
 * `layer2.0.downsample.0`, `fc`) and compute what torchvision's do (explicit zero padding, stride on the 3 × 3
 * convolution of a bottleneck, batch norm with ε = 1e-5 and momentum 0.1); with `width` 64, three input channels and
 * 1000 classes the weight counts are torchvision's. The layers whose outputs are the feature levels are called
 * `stem`, `B1`, `B2`, `B3`, `B4`.
 *
 * Weights start as torchvision's: convolutions N(0, 2 / (k²·filters)), dense layer U(±1/√inputs).
 *
 * @throws RangeError for an unknown depth or stem, or a width, channel or class count that is not a positive integer.
 */
export function resnet(options: ResNetOptions = {}): tfl.LayersModel {
  checkOptions('resnet', options, [...backboneOptions, 'inputChannels', 'size', 'classes']);
  const { inputChannels = 3, size, classes } = options;
  checkInteger('resnet', 'inputChannels', inputChannels, 1);
  checkSize('resnet', size);
  if (classes !== undefined) checkInteger('resnet', 'classes', classes, 1);
  const input = tfl.input({ shape: [size?.[0] ?? null, size?.[1] ?? null, inputChannels], name: 'input' });
  const features = resnetFeatures(input, options);
  const outputs =
    classes === undefined ? levels.map((level) => features[level]) : head(features.B4, classes, options.seed);
  return tfl.model({ inputs: input, outputs, name: `resnet${options.depth ?? 18}` });
}

/** The feature levels of a new ResNet on `input` [B, H, W, C], to build other networks on. */
export function resnetFeatures(input: tfl.SymbolicTensor, options: Backbone = {}): Features {
  const stem = resnetStem(input, options);
  return { stem, ...resnetStages(stem, options) };
}

/** The first convolution, batch norm and ReLU. */
export function resnetStem(input: tfl.SymbolicTensor, options: Backbone = {}): tfl.SymbolicTensor {
  const { width = 64, stem = 'imagenet', seed = 0 } = options;
  checkBackbone('resnet', options);
  const { conv, norm, relu } = layersFrom(seed);
  const [kernel, stride] = stem === 'imagenet' ? [7, 2] : [3, 1];
  return relu(norm(conv(input, 'conv1', width, kernel, stride), 'bn1'), 'stem');
}

/**
 * What follows the stem: the max pooling of the `imagenet` stem, then `layer1` … `layer4` in torchvision's names.
 *
 * @param after What becomes of a stage's feature before the next stage takes it. Default: it stays as it is.
 */
export function resnetStages(
  features: tfl.SymbolicTensor,
  options: Backbone = {},
  layers: Layers = layersFrom((options.seed ?? 0) + 1),
  after: (feature: tfl.SymbolicTensor, level: Level) => tfl.SymbolicTensor = (feature) => feature,
): Omit<Features, 'stem'> {
  const { depth = 18, width = 64, stem = 'imagenet' } = options;
  checkBackbone('resnet', options);
  const plan = plans[depth];
  const { conv, norm, relu, add, maxPool } = layers;
  const expansion = plan.bottleneck ? 4 : 1;

  const block = (x: tfl.SymbolicTensor, name: string, filters: number, stride: number, output: string) => {
    const outChannels = filters * expansion;
    let y = x;
    if (plan.bottleneck) {
      y = relu(norm(conv(y, `${name}.conv1`, filters, 1), `${name}.bn1`), `${name}.relu1`);
      y = relu(norm(conv(y, `${name}.conv2`, filters, 3, stride), `${name}.bn2`), `${name}.relu2`);
      y = norm(conv(y, `${name}.conv3`, outChannels, 1), `${name}.bn3`);
    } else {
      y = relu(norm(conv(y, `${name}.conv1`, filters, 3, stride), `${name}.bn1`), `${name}.relu1`);
      y = norm(conv(y, `${name}.conv2`, filters, 3), `${name}.bn2`);
    }
    const same = stride === 1 && x.shape[3] === outChannels;
    const shortcut = same
      ? x
      : norm(conv(x, `${name}.downsample.0`, outChannels, 1, stride), `${name}.downsample.1`);
    return relu(add(y, shortcut, `${name}.add`), output);
  };

  let x = stem === 'imagenet' ? maxPool(features) : features;
  const stages = plan.blocks.map((count, stage) => {
    for (let i = 0; i < count; i++) {
      const name = `layer${stage + 1}.${i}`;
      const stride = stage > 0 && i === 0 ? 2 : 1;
      x = block(x, name, width * 2 ** stage, stride, i === count - 1 ? `B${stage + 1}` : `${name}.relu`);
    }
    x = after(x, levels[stage + 1]!);
    return x;
  });
  return { B1: stages[0]!, B2: stages[1]!, B3: stages[2]!, B4: stages[3]! };
}

/** Global average pooling and the dense layer `fc`: [B, h, w, C] → [B, units]. */
export function head(x: tfl.SymbolicTensor, units: number, seed = 0): tfl.SymbolicTensor {
  const pooled = tfl.layers.globalAveragePooling2d({ name: 'avgpool' }).apply(x) as tfl.SymbolicTensor;
  return dense(pooled, 'fc', units, seed);
}
