import { segmentation } from '@diff/train';
import type { NetworkEntry } from '../network-entry.js';
import { resUnet } from './res-unet.js';
import type { SegmentationOptions } from './segmentation-options.js';

export { type NetworkEntry, networkNamed } from '../network-entry.js';
export { type ResUnetOptions, resUnet } from './res-unet.js';
export type { SegmentationOptions } from './segmentation-options.js';

/** Every segmentation network: image [B, H, W, C] → logits [B, H, W, structures]. */
export const segmentationNetworks = [
  { name: 'resUnet', make: resUnet, task: segmentation, paper: 'Yu et al. 2019 (Baseline-Seg)' },
] as const satisfies readonly NetworkEntry<SegmentationOptions>[];
