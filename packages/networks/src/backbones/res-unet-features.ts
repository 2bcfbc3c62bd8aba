import * as tfl from '@tensorflow/tfjs-layers';
import { checkFilters, type UnetDecoderOptions, unetDecoder } from '../layers/unet-decoder.js';
import { type Backbone, type Features, levelStrides, levels, resnetFeatures } from './resnet.js';

export interface ResUnetFeatures extends Backbone, Pick<UnetDecoderOptions, 'filters' | 'before'> {
  imageChannels?: number;
  size?: readonly [height: number, width: number];
}

/**
 * A ResNet encoder whose five levels feed a U-Net decoder, up to a last layer of `channels`: the image's input, the encoder's
 * levels, and the decoder's output [B, H, W, channels].
 *
 * @throws RangeError under the name `who` for a size that is no multiple of the coarsest stride.
 */
export function resUnetFeatures(
  who: string,
  channels: number,
  options: ResUnetFeatures,
): { input: tfl.SymbolicTensor; features: Features; output: tfl.SymbolicTensor } {
  const { imageChannels = 3, size, stem = 'imagenet', width = 64, seed = 0, before } = options;
  const { filters = 4 * width } = options;
  checkFilters(who, filters);
  const strides = levelStrides(stem);
  const input = imageInput(who, imageChannels, size, strides.B4);
  const features = resnetFeatures(input, options);
  const output = unetDecoder(
    levels.map((name) => ({ name, tensor: features[name], stride: strides[name] })),
    { structures: channels, filters, seed, ...(before && { before }) },
  );
  return { input, features, output };
}

/** The input of a network that gives a map of the image's size back. */
export function imageInput(
  who: string,
  imageChannels: number,
  size: readonly [number, number] | undefined,
  stride: number,
): tfl.SymbolicTensor {
  if (size?.some((side) => side % stride))
    throw new RangeError(`${who}: size is ${size.join(' × ')}, expected multiples of ${stride}`);
  return tfl.input({ shape: [size?.[0] ?? null, size?.[1] ?? null, imageChannels], name: 'input' });
}
