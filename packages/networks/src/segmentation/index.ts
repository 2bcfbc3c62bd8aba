import { jaccardLoss, type Loss, segmentation } from '@diff/train';
import type { NetworkEntry } from '../network-entry.js';
import { atNet } from './at-net.js';
import { ceNet } from './ce-net.js';
import { frCn } from './fr-cn.js';
import { jaccNet } from './jacc-net.js';
import { resUnet } from './res-unet.js';
import type { SegmentationOptions } from './segmentation-options.js';

export { carryOver } from '../carry-over.js';
export { type NetworkEntry, networkNamed } from '../network-entry.js';
export { type AtNetOptions, atNet } from './at-net.js';
export { type CeNetOptions, ceNet } from './ce-net.js';
export { frCn } from './fr-cn.js';
export { jaccNet } from './jacc-net.js';
export { type ResUnetOptions, resUnet } from './res-unet.js';
export type { SegmentationOptions } from './segmentation-options.js';

const jaccard = ({ loss = jaccardLoss() }: { loss?: Loss } = {}) => segmentation({ loss });

/** Every segmentation network: image [B, H, W, C] → logits [B, H, W, structures]. */
export const segmentationNetworks = [
  { name: 'resUnet', make: resUnet, task: segmentation, paper: 'Yu et al. 2019 (Baseline-Seg)' },
  { name: 'ceNet', make: ceNet, task: segmentation, paper: 'Gu et al. 2019 (CE-Net)' },
  { name: 'atNet', make: atNet, task: segmentation, paper: 'Zhao et al. 2021 (ATNet)' },
  { name: 'jaccNet', make: jaccNet, task: jaccard, paper: 'Yuan et al. 2017' },
  { name: 'frCn', make: frCn, task: segmentation, paper: 'Al-masni et al. 2018 (FrCN)' },
] as const satisfies readonly NetworkEntry<SegmentationOptions>[];
