import { resnet } from '@diff/networks';
import { diagnosisNetworks, networkNamed } from '@diff/networks/diagnosis';
import type { MultiRaterOptions } from '@diff/networks/multi-rater';
import { tgNetwork } from '@diff/tg-model';
import { bce, diceLoss, type Loss, sumOfLosses, type Task } from '@diff/train';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Arm, Config } from '../config/schema.js';

/** What the networks see. */
export interface InputShape {
  height: number;
  width: number;
  channels: number;
  structures: number;
}

export const BASELINE = 'Baseline-Dia';

/** The diagnosis networks of a configuration, by name, the one that DF-GT is fitted to first. */
export const judgeNames = ({ diagnosis }: Config): string[] => [BASELINE, ...new Set(diagnosis.judges)];

const entryOf = (name: string) => networkNamed(diagnosisNetworks, name === BASELINE ? 'baselineDia' : name);

/** What a judge is trained for. */
export const judgeTask = (name: string): Task => entryOf(name).task();

/** An untrained diagnosis network: image ⊕ mask → one logit. */
export function makeJudge(
  name: string,
  { width, depth }: Pick<Config['diagnosis'], 'width' | 'depth'>,
  { height, width: across, channels, structures }: InputShape,
  seed: number,
): tfl.LayersModel {
  const size = [height, across] as const;
  return entryOf(name).make({ width, depth, imageChannels: channels, structures, size, seed: 100 + seed });
}

/**
 * An untrained segmentation network: image → mask logits, one channel per structure. All of a round start from the same
 * weights, as far as they have the same layers.
 */
export function makeArm(
  { network }: Pick<Arm, 'network'>,
  { width, depth, filters, heads, blocks, variant, residual }: Config['segmentation'],
  { height, width: across, channels, structures }: InputShape,
  { seed, diagnosisNetwork }: { seed: number; diagnosisNetwork?: tfl.LayersModel },
): tfl.LayersModel {
  return tgNetwork({
    backbone: resnet({ width, depth: depth, inputChannels: channels, size: [height, across], seed }),
    diagnosisNetwork,
    blocks: network === 'Baseline-Seg' ? [] : blocks,
    variant,
    // Where it is not asked for, the variant decides.
    residual: residual || undefined,
    structures,
    filters,
    heads,
    seed,
  });
}

/** How a network that fuses is built: its encoder as that of the segmentation networks. */
export const fusionOptions = (
  { segmentation: { width, depth } }: Pick<Config, 'segmentation'>,
  { height, width: across, channels, structures }: InputShape,
  raters: number,
  seed: number,
): MultiRaterOptions => ({
  ...{ width, depth, imageChannels: channels, structures, raters, seed },
  size: [height, across],
});

/** What segmentation networks minimise, by its name in the settings. */
export const segmentationLosses: Record<Config['segmentation']['loss'], () => Loss> = {
  bce,
  'bce+dice': () => sumOfLosses([1, bce()], [1, diceLoss()]),
};
