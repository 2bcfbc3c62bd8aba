import { checkInteger, checkNumber } from '@diff/checks';
import { checkEmOptions, type EmOptions, lastOf } from './em/options.js';
import { atPlaces, type Masks, type Missing, panelOf } from './votes/panel.js';
import { NO_VOTE, type VotePatterns, votePatterns } from './votes/patterns.js';
import { spread } from './votes/rows.js';

export interface SimpleOptions extends EmOptions {
  /** Raters below mean − alpha × standard deviation of the performance are dropped. Default: 1. */
  alpha?: number;
  /** Raters no further than this below the mean performance are never dropped. Default: 0.05. */
  margin?: number;
  /** How many raters are never dropped, the best ones. Default: 3. */
  minimumRaters?: number;
  missing?: Missing;
}

/** What `simple` gives. */
export interface SimpleResult {
  /** The fused mask, 0 or 1. */
  mask: Uint8Array;
  /** The share of the selected raters' weight that says foreground, at each pixel; 0 where none of them voted. */
  probability: Float64Array;
  /** For each rater, whether it was kept. */
  selected: boolean[];
  /** For each rater, Dice of its mask and the fused mask before the last vote; NaN for a rater who is absent. */
  performance: number[];
  iterations: number;
  converged: boolean;
}

/**
 * SIMPLE, selective and iterative method for performance level estimation (Langerak et al. 2010, IEEE TMI
 * 29:2000): from the majority vote of all, it repeats
 *
 *     φᵢ = Dice(maskᵢ, fused);  drop raters with φᵢ < mean(φ) − max(alpha · sd(φ), margin);
 *     fused = majority of the raters left, each weighted by its φᵢ (ties: background)
 *
 * until nobody is dropped and no φ changes by more than `tolerance` (0: the mask stands still). Mean and
 * (population) standard deviation are over the raters still selected; a rater once dropped stays out. φ of the
 * dropped goes on being reported. Two empty masks have Dice 1. Missing votes count for nothing, in Dice too.
 *
 * `margin` is not in the paper. Without it (0), equally good raters are dropped in turn, since some are always below
 * mean − sd by chance: of 300 only `minimumRaters` are left. With it the method stops when the raters left are alike.
 *
 * Time: one pass over pixels × raters, O(patterns × raters) per iteration, one pass to write.
 *
 * @param masks one mask per rater, 0 or 1; `null` for a rater who is absent
 * @throws RangeError for no rater, lengths that differ, votes other than 0 and 1
 */
export function simple(masks: Masks, options: SimpleOptions = {}): SimpleResult {
  return lastOf(steps('simple', masks, options));
}

/** Yields the state of `simple` after each iteration; the masks are only computed when they are read. */
export function simpleIterations(masks: Masks, options: SimpleOptions = {}): Generator<SimpleResult> {
  return steps('simpleIterations', masks, options);
}

const OPTIONS = ['alpha', 'margin', 'minimumRaters', 'missing'];

function* steps(name: string, masks: Masks, options: SimpleOptions): Generator<SimpleResult> {
  const { maxIterations, tolerance } = checkEmOptions(name, options, 0, OPTIONS);
  const { alpha = 1, margin = 0.05, minimumRaters = 3 } = options;
  checkNumber(name, 'alpha', alpha, 0);
  checkNumber(name, 'margin', margin, 0);
  checkInteger(name, 'minimumRaters', minimumRaters, 1);
  const panel = panelOf(name, masks, options.missing);
  const patterns = votePatterns(panel);

  const selected = panel.raters.map(() => true);
  let share = weightedShare(patterns, selected.map(Number));
  let before: Float64Array | undefined;
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    const dice = diceWith(patterns, share);
    const dropped = drop(selected, dice, { alpha, margin, minimumRaters });
    share = weightedShare(
      patterns,
      dice.map((d, i) => (selected[i] ? d : 0)),
      share,
    );
    const change = dice.reduce((most, d, i) => Math.max(most, Math.abs(d - (before?.[i] ?? -1))), 0);
    const converged = !dropped && change <= tolerance;
    const now = share;
    const keep = atPlaces(panel, selected, false);
    yield {
      get mask() {
        return new Uint8Array(
          spread(
            patterns,
            now.map((p) => Number(p > HALF)),
          ),
        );
      },
      get probability() {
        return spread(patterns, now);
      },
      selected: keep,
      performance: atPlaces(panel, dice, Number.NaN),
      iterations,
      converged,
    };
    if (converged) return;
    before = dice;
  }
}

/** Shares of weights that are equal up to rounding are ties, hence background. */
const HALF = 0.5 + 1e-12;

/** [K] the weight of a pattern's foreground votes as a share of all its votes. */
function weightedShare(
  { raters, votes, counts }: VotePatterns,
  weights: ArrayLike<number>,
  otherwise?: Float64Array,
): Float64Array {
  return Float64Array.from(counts, (_, k) => {
    let ones = 0;
    let all = 0;
    for (let i = 0; i < raters; i++) {
      const vote = votes[k * raters + i]!;
      if (vote === NO_VOTE) continue;
      all += weights[i]!;
      ones += weights[i]! * vote;
    }
    return all > 0 ? ones / all : (otherwise?.[k] ?? 0);
  });
}

function diceWith({ raters, votes, counts }: VotePatterns, share: Float64Array): Float64Array {
  return Float64Array.from({ length: raters }, (_, i) => {
    let both = 0;
    let sizes = 0;
    for (let k = 0; k < counts.length; k++) {
      const vote = votes[k * raters + i]!;
      if (vote === NO_VOTE) continue;
      const fused = Number(share[k]! > HALF);
      both += counts[k]! * vote * fused;
      sizes += counts[k]! * (vote + fused);
    }
    return sizes > 0 ? (2 * both) / sizes : 1;
  });
}

/** Unselects who is below the threshold, the worst first, and says whether it did. */
function drop(
  selected: boolean[],
  dice: Float64Array,
  { alpha, margin, minimumRaters }: { alpha: number; margin: number; minimumRaters: number },
): boolean {
  const left = [...selected.keys()].filter((i) => selected[i]).sort((a, b) => dice[a]! - dice[b]!);
  const mean = left.reduce((sum, i) => sum + dice[i]!, 0) / left.length;
  const deviation = Math.sqrt(left.reduce((sum, i) => sum + (dice[i]! - mean) ** 2, 0) / left.length);
  const threshold = mean - Math.max(alpha * deviation, margin) - 1e-12;
  const out = left.slice(0, Math.max(0, left.length - minimumRaters)).filter((i) => dice[i]! < threshold);
  for (const i of out) selected[i] = false;
  return out.length > 0;
}
