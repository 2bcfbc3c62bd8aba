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
  if (!weights) return raters.map(() => 1);
  if (weights.length !== places)
    throw new RangeError(`${name}: weights has ${weights.length} values, expected one a rater, ${places}`);
  weights.forEach((weight, i) => {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new RangeError(`${name}: weights[${i}] is ${weight}, expected 0 or more`);
  });
  const present = raters.map(({ index }) => weights[index]!);
  if (!present.some((weight) => weight > 0))
    throw new RangeError(`${name}: the weights of the raters present sum to 0, expected more`);
  return present;
}
