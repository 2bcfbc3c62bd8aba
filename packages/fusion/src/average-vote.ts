import { sumBytes } from './byte-planes.js';
import { bytesOf, hasHoles, type Masks, type Missing, type Panel, panelOf } from './masks.js';
import { weightedMean } from './weighted-mean.js';

export interface VoteOptions {
  /** One weight a rater, 0 or more, of any sum but 0; equal by default. */
  weights?: readonly number[];
  missing?: Missing;
  /** What to write where every rater is missing; left out, such a pixel is an error. */
  unrated?: number;
}

/**
 * The weighted mean of the votes, Σᵢ wᵢ mᵢ / Σᵢ wᵢ over the raters who voted: per pixel, in [0, 1].
 *
 * Time: one pass over pixels × raters. Memory: the result (and a byte a pixel).
 *
 * @param masks one mask a rater, values in [0, 1]; `null` for a rater who is absent
 * @throws RangeError for no rater, lengths that differ, values outside [0, 1], weights that sum to 0, and a pixel
 *   where nobody voted unless `unrated` says what to write there
 */
export function averageVote(masks: Masks, options: VoteOptions = {}): Float64Array {
  const panel = panelOf('averageVote', masks, options.missing);
  const sums = options.weights ? undefined : voteSums(panel);
  if (!sums) return weightedMean(panel, voteWeights(panel, options.weights), options.unrated);
  const mean = Float64Array.from({ length: panel.raters.length + 1 }, (_, sum) => sum / panel.raters.length);
  const out = new Float64Array(panel.length);
  for (let j = 0; j < out.length; j++) out[j] = mean[sums[j]!]!;
  return out;
}

/** Per pixel the number of 1s, where every mask is whole and made of 0/1 bytes. */
export function voteSums({ raters, length, ...panel }: Panel): Uint8Array | undefined {
  if (raters.length > 255 || raters.some((rater) => hasHoles({ raters, length, ...panel }, rater)))
    return undefined;
  const bytes = raters.flatMap(({ mask }) => bytesOf(mask) ?? []);
  return bytes.length === raters.length ? sumBytes(bytes, length) : undefined;
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
