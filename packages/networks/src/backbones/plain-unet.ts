import { checkInteger } from '@diff/checks';
import * as tfl from '@tensorflow/tfjs-layers';
import { GroupNorm } from '../layers/group-norm.js';

/** What stands between a convolution of a block and its ReLU. */
export type Norm = 'none' | 'batch' | 'group';

export interface PlainBlocks {
  /** 3 × 3 convolutions with ReLU, three by default. */
  block(
    x: tfl.SymbolicTensor,
    name: string,
    filters: number,
    convolutions?: number,
    norm?: Norm,
  ): tfl.SymbolicTensor;
  /** A k × k convolution without activation. */
  conv(x: tfl.SymbolicTensor, name: string, filters: number, kernelSize?: number): tfl.SymbolicTensor;
  relu(x: tfl.SymbolicTensor, name: string): tfl.SymbolicTensor;
  /** 2 × 2 mean. */
  down(x: tfl.SymbolicTensor, name: string): tfl.SymbolicTensor;
  /** 2 × 2 maximum. */
  pool(x: tfl.SymbolicTensor, name: string): tfl.SymbolicTensor;
  /** Bilinear, to `factor` times the size. */
  up(x: tfl.SymbolicTensor, name: string, factor?: number): tfl.SymbolicTensor;
  concat(parts: tfl.SymbolicTensor[], name: string): tfl.SymbolicTensor;
}

/**
 * The parts of the U-Net of Kohl et al. 2018 and Baumgartner et al. 2019. Weights start N(0, 2 / inputs) (He), biases at 0. A name
 * that came before means the same layer with the same weights.
 *
 * @param norm What stands between a convolution of a block and its ReLU, where the block does not say.
 */
export function plainBlocks(seed: number, norm: Norm = 'none'): PlainBlocks {
  const made = new Map<string, tfl.layers.Layer>();
  const one = (
    x: tfl.SymbolicTensor | tfl.SymbolicTensor[],
    name: string,
    make: (name: string) => tfl.layers.Layer,
  ) => {
    if (!made.has(name)) made.set(name, make(name));
    return made.get(name)!.apply(x) as tfl.SymbolicTensor;
  };
  const conv: PlainBlocks['conv'] = (x, name, filters, kernelSize = 1) => {
    const kernelInitializer = tfl.initializers.heNormal({ seed: Math.imul(seed + 1, 7919) + made.size });
    return one(x, name, () =>
      tfl.layers.conv2d({ name, filters, kernelSize, padding: 'same', kernelInitializer }),
    );
  };
  const relu: PlainBlocks['relu'] = (x, name) =>
    one(x, name, () => tfl.layers.activation({ name, activation: 'relu' }));
  const norms = {
    none: (x: tfl.SymbolicTensor) => x,
    batch: (x: tfl.SymbolicTensor, of: string) =>
      one(x, of, (name) => tfl.layers.batchNormalization({ name, epsilon: 1e-5, momentum: 0.9 })),
    group: (x: tfl.SymbolicTensor, of: string) =>
      one(x, of, (name) => new GroupNorm({ name, epsilon: 1e-4 })),
  };
  return {
    conv,
    relu,
    block(x, name, filters, convolutions = 3, own = norm) {
      let y = x;
      for (let i = 1; i <= convolutions; i++) {
        y = norms[own](
          conv(y, `${name}.conv${i}`, filters, 3),
          `${name}.${own === 'group' ? 'gn' : 'bn'}${i}`,
        );
        y = relu(y, `${name}.relu${i}`);
      }
      return y;
    },
    down: (x, of) =>
      one(x, `${of}.down`, (name) => tfl.layers.averagePooling2d({ name, poolSize: 2, strides: 2 })),
    pool: (x, of) =>
      one(x, `${of}.pool`, (name) => tfl.layers.maxPooling2d({ name, poolSize: 2, strides: 2 })),
    up: (x, of, factor = 2) =>
      one(x, `${of}.up`, (name) =>
        tfl.layers.upSampling2d({ name, size: [factor, factor], interpolation: 'bilinear' }),
      ),
    concat: (parts, of) => one(parts, `${of}.concat`, (name) => tfl.layers.concatenate({ name })),
  };
}

/** 1, 2, 4, then 6 times `width` for ever: 32, 64, 128, 192, 192 … with the papers' width. */
export function plainChannels(who: string, width: number, levels: number): number[] {
  checkInteger(who, 'width', width, 1);
  checkInteger(who, 'levels', levels, 2);
  return Array.from({ length: levels }, (_, i) => width * ([1, 2, 4][i] ?? 6));
}

/** One block per level, halved in between: the feature of every level, finest first. */
export function plainEncoder(
  x: tfl.SymbolicTensor,
  prefix: string,
  channels: readonly number[],
  { block, down }: PlainBlocks,
): tfl.SymbolicTensor[] {
  const features: tfl.SymbolicTensor[] = [];
  for (const [i, filters] of channels.entries()) {
    const name = `${prefix}.${i}`;
    features.push(block(i ? down(features[i - 1]!, name) : x, name, filters));
  }
  return features;
}
