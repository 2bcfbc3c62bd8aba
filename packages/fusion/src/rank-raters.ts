import { check, checkOneOf, checkOptions } from '@diff/checks';
import { sharesOf } from './votes/numbers.js';
import { isMissing, type Masks, type MaskValues, type Missing, panelOf } from './votes/panel.js';

/** A measure of one rater, with its standard error. */
export interface RaterEstimate {
  value: number;
  standardError: number;
}

/** How one rater's mask m stands to the fusion W. */
export interface RaterRank {
  /** Place of the rater among the masks. */
  rater: number;
  /** Σ W m / Σ W */
  sensitivity: RaterEstimate;
  /** Σ (1 − W)(1 − m) / Σ (1 − W) */
  specificity: RaterEstimate;
  /** 2 Σ W m / (Σ W + Σ m) */
  dice: RaterEstimate;
}

export interface RankOptions {
  /** What the best rater has most of. Default: 'dice'. 'youden' is sensitivity + specificity − 1. */
  by?: 'dice' | 'sensitivity' | 'specificity' | 'youden';
  missing?: Missing;
}

/**
 * How each rater's mask m stands to a fusion W, best rater first (equal raters by their place). W is a mask or
 * probabilities: any fusion's result, or a gold standard. Raters who are absent are left out; pixels where a
 * rater has no vote do not count for that rater.
 *
 * Each measure is a ratio a = Σ xⱼ / Σ yⱼ, and its standard error is that of a ratio estimator,
 * √Σ (xⱼ − a yⱼ)² / Σ yⱼ (Cochran, Sampling Techniques, §6.4): for 0/1 masks the binomial √(a(1 − a)/n). It
 * takes pixels as independent draws and W as known. Neighbouring pixels are not independent, so that it is a
 * lower bound; for an interval to publish, resample cases. Nothing to divide by (an empty fusion and, for Dice, an
 * empty mask) gives 1 with standard error 0: nothing was missed.
 *
 * @throws RangeError for lengths that differ and values outside [0, 1]
 */
export function rankRaters(masks: Masks, fusion: MaskValues, options: RankOptions = {}): RaterRank[] {
  checkOptions('rankRaters', options, ['by', 'missing']);
  const { by = 'dice', missing } = options;
  checkOneOf('rankRaters', 'by', by, ['dice', 'sensitivity', 'specificity', 'youden']);
  const panel = panelOf('rankRaters', masks, missing);
  const weights = sharesOf('rankRaters', 'fusion', fusion, panel.length);
  const ranks = panel.raters.map((rater): RaterRank => {
    const sensitivity = new Ratio();
    const specificity = new Ratio();
    const dice = new Ratio();
    for (let j = 0; j < panel.length; j++) {
      if (isMissing(panel, rater, j)) continue;
      const w = weights[j]!;
      const m = rater.mask[j]!;
      if (!(m >= 0 && m <= 1))
        check(false, 'rankRaters', `masks[${rater.index}][${j}]`, m, 'a number from 0 to 1');
      sensitivity.add(w * m, w);
      specificity.add((1 - w) * (1 - m), 1 - w);
      dice.add(2 * w * m, w + m);
    }
    return {
      rater: rater.index,
      sensitivity: sensitivity.estimate(),
      specificity: specificity.estimate(),
      dice: dice.estimate(),
    };
  });
  const score = (rank: RaterRank) =>
    by === 'youden' ? rank.sensitivity.value + rank.specificity.value : rank[by].value;
  return ranks.sort((a, b) => score(b) - score(a));
}

/** Σ x / Σ y and its standard error, in one pass. */
class Ratio {
  private x = 0;
  private y = 0;
  private xx = 0;
  private xy = 0;
  private yy = 0;

  add(x: number, y: number): void {
    this.x += x;
    this.y += y;
    this.xx += x * x;
    this.xy += x * y;
    this.yy += y * y;
  }

  estimate(): RaterEstimate {
    if (this.y === 0) return { value: 1, standardError: 0 };
    const value = this.x / this.y;
    const residual = this.xx - 2 * value * this.xy + value * value * this.yy;
    return { value, standardError: Math.sqrt(Math.max(0, residual)) / this.y };
  }
}
