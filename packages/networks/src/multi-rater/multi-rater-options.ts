import { checkInteger } from '@diff/checks';
import { checkNetwork } from '../backbones/backbone.js';
import type { Backbone } from '../backbones/resnet.js';

/** The options that every multi-rater network takes. */
export interface MultiRaterOptions extends Backbone {
  /** Channels of the image. Default: 3. */
  imageChannels?: number;
  /** How many structures the raters outlined. Default: 1. */
  structures?: number;
  /** How many raters there are, the same in every example; one may be missing in an example. Two or more. Default: 2. */
  raters?: number;
  /** Height and width of the input, where they must be fixed. Without it any multiples of the coarsest stride will do. */
  size?: readonly [height: number, width: number];
}

/**
 * Structures and raters with their defaults; checks the options, `more` by their names alone.
 *
 * @throws TypeError, RangeError, as for less than one structure or two raters.
 */
export function panelOf(
  who: string,
  options: MultiRaterOptions,
  more: readonly string[] = [],
): { structures: number; raters: number } {
  checkNetwork(who, options, ['raters', ...more]);
  const { structures = 1, raters = 2 } = options;
  checkInteger(who, 'raters', raters, 2);
  return { structures, raters };
}
