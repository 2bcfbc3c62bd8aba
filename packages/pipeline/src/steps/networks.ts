import { diagnosisNetworks, networkNamed } from '@diff/networks/diagnosis';
import type { MultiRaterOptions } from '@diff/networks/multi-rater';
import type { Task } from '@diff/train';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Config } from '../config/schema.js';

/** What the networks see. */
export interface InputShape {
  height: number;
  width: number;
  channels: number;
  structures: number;
}

export const BASELINE = 'Baseline-Dia';
/** The network that guides T&G by the image alone. */
export const GUIDE = 'guide';

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

/** An untrained guide by image: it is given image ⊕ mask, as T&G gives them, and looks at the image alone. */
export const makeGuide = (
  settings: Pick<Config['diagnosis'], 'width' | 'depth'>,
  input: InputShape,
  seed: number,
): tfl.LayersModel => makeJudge('noMask', settings, input, seed);

/** How a network that learns every rater's masks is built: its encoder as that of the segmentation networks. */
export const raterOptions = (
  { segmentation: { width, depth } }: Pick<Config, 'segmentation'>,
  { height, width: across, channels, structures }: InputShape,
  raters: number,
  seed: number,
): MultiRaterOptions => ({
  ...{ width, depth, imageChannels: channels, structures, raters, seed },
  size: [height, across],
});
