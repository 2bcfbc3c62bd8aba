import { type MultiRaterNetworkName, multiRaterNetworks } from '@diff/networks/multi-rater';
import { type SegmentationNetworkName, segmentationNetworks } from '@diff/networks/segmentation';
import { type Label, labelNames } from './fusions.js';
import { tgNetworks } from './tg-networks.js';

/** What an arm may train: the paper's own, and every network of the lists by its name there. */
export type ArmNetwork = (typeof tgNetworks)[number] | SegmentationNetworkName | MultiRaterNetworkName;
const raterNetworks: readonly string[] = multiRaterNetworks.map(({ name }) => name);
export const armNetworks = [
  ...tgNetworks,
  ...segmentationNetworks.map(({ name }) => name),
  ...multiRaterNetworks.map(({ name }) => name),
] as const satisfies readonly ArmNetwork[];

/**
 * What an arm may learn: a fused label; `randomRater`, the mask of one rater, drawn anew for each image and step; or `raters`, every
 * rater's mask, which the multi-rater networks learn and no other.
 */
export const armLabels = [...labelNames, 'randomRater', 'raters'] as const;
export type ArmLabel = Label | 'randomRater' | 'raters';

/** Whether a network learns from every rater's mask. */
export const learnsRaters = (network: string): network is MultiRaterNetworkName =>
  raterNetworks.includes(network);

/** Whether network and label fit together. */
export const fits = ({ network, label }: { network: string; label: string }): boolean =>
  learnsRaters(network) === (label === 'raters');
