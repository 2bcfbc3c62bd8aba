export { ChannelMean } from './channel-mean.js';
export { Channels, type ChannelsArgs } from './channels.js';
export { CropToMask, type CropToMaskArgs } from './crop-to-mask.js';
export { dense, type Layers, layersFrom } from './torch-layers.js';
export { type Feature, type UnetDecoderOptions, unetDecoder } from './unet-decoder.js';
