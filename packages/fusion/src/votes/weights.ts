import { checkNumber, fail } from '@diff/checks';
import { numbersOf } from './numbers.js';
import type { Missing, Panel } from './panel.js';

export interface VoteOptions {
  /** One weight per rater, 0 or more, of any sum but 0. Default: equal. */
  weights?: readonly number[];
  missing?: Missing;
  /** What to write where every rater is missing. Default: such a pixel is an error. */
  unrated?: number;
}

/** The weights of the raters who are there. */
export function voteWeights({ name, places, raters }: Panel, weights?: readonly number[]): number[] {
  if (weights === undefined) return raters.map(() => 1);
  const all = numbersOf(name, 'weights', weights, places);
  for (let i = 0; i < places; i++) checkNumber(name, `weights[${i}]`, all[i], 0);
  const present = raters.map(({ index }) => all[index]!);
  const sum = present.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0 && Number.isFinite(sum)))
    fail(name, `weights of the raters present sum to ${sum}, expected a finite sum above 0`);
  return present;
}
