import { resnet } from '@diff/networks';
import { type MultiRaterEntry, multiRaterNetworks, networkNamed } from '@diff/networks/multi-rater';
import {
  type NetworkEntry,
  type SegmentationOptions,
  segmentationNetworks,
} from '@diff/networks/segmentation';
import { takeAndGive, tgNetwork } from '@diff/tg-model';
import { bce, diceLoss, type Loss, sumOfLosses, type Task } from '@diff/train';
import type * as tfl from '@tensorflow/tfjs-layers';
import { learnsRaters } from '../config/arms.js';
import type { Arm, Config } from '../config/schema.js';
import { type InputShape, raterOptions } from './networks.js';

/** An untrained network, and what it is trained for. */
export interface ArmNetwork {
  model: tfl.LayersModel;
  task: Task;
}

interface Start {
  seed: number;
  /** What T&G is guided by. */
  diagnosisNetwork?: tfl.LayersModel;
  /** How many there are, where the network learns from each. */
  raters: number;
}

/**
 * The network of an arm. Those of a round start from the same weights, as far as they have the same layers. JaccNet keeps the
 * loss that it was published for; all others minimise that of the settings, but for multi-rater networks, whose losses they are.
 */
export function makeArm(
  { network }: Pick<Arm, 'network'>,
  { segmentation }: Pick<Config, 'segmentation'>,
  input: InputShape,
  { seed, diagnosisNetwork, raters }: Start,
): ArmNetwork {
  const loss = segmentationLosses[segmentation.loss]();
  if (network === 'T&G' || network === 'Baseline-Seg')
    return {
      model: takesAndGives(network, segmentation, input, { seed, diagnosisNetwork }),
      task: takeAndGive({ loss }),
    };
  if (learnsRaters(network)) {
    const { make, task } = networkNamed<MultiRaterEntry>(multiRaterNetworks, network);
    const options = raterOptions({ segmentation }, input, raters, seed);
    return { model: make(options), task: task(options) };
  }
  const { make, task } = networkNamed<NetworkEntry<SegmentationOptions>>(segmentationNetworks, network);
  const { height, width, channels, structures } = input;
  const options: SegmentationOptions = {
    ...{ width: segmentation.width, seed, imageChannels: channels, structures },
    size: [height, width],
  };
  return { model: make(options), task: network === 'jaccNet' ? task() : task({ loss }) };
}

function takesAndGives(
  network: 'T&G' | 'Baseline-Seg',
  { width, depth, filters, heads, blocks, variant, residual, guide }: Config['segmentation'],
  { height, width: across, channels, structures }: InputShape,
  { seed, diagnosisNetwork }: Pick<Start, 'seed' | 'diagnosisNetwork'>,
): tfl.LayersModel {
  return tgNetwork({
    backbone: resnet({ width, depth, inputChannels: channels, size: [height, across], seed }),
    diagnosisNetwork,
    blocks: network === 'Baseline-Seg' ? [] : blocks,
    variant,
    // A guide by image looks at no mask.
    ...(guide === 'image' && { mask: 'zeros' }),
    // Where it is not asked for, the variant decides.
    residual: residual || undefined,
    structures,
    filters,
    heads,
    seed,
  });
}

/** What segmentation networks minimise, by its name in the settings. */
export const segmentationLosses: Record<Config['segmentation']['loss'], () => Loss> = {
  bce,
  'bce+dice': () => sumOfLosses([1, bce()], [1, diceLoss()]),
};
