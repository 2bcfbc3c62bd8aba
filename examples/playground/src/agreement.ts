import { rankRaters } from '@diff/fusion';
import { type AgreementInterval, cohenKappa, krippendorffAlphaInterval, pairwiseDice } from '@diff/metrics';

/** How far raters agree. */
export interface Agreement {
  /** Dice coefficient of every two raters. */
  dice: number[][];
  /** Cohen's kappa of every two; `undefined` where both only chose one and the same side. */
  kappa: (number | undefined)[][];
  /** Krippendorff's alpha of all; `undefined` for one rater, and where all chose the same side everywhere. */
  alpha: AgreementInterval | undefined;
  /** Each rater, in their order, against the fusion. */
  ranks: { sensitivity: number; specificity: number; dice: number; standardError: number }[];
}

/** Takes seconds for seven masks of 512 × 512, so that the page asks a worker for it. */
export function agreementOf(masks: readonly Uint8Array[], fusion: ArrayLike<number>): Agreement {
  const kappa = masks.map((): (number | undefined)[] => []);
  masks.forEach((a, i) => {
    for (let j = i; j < masks.length; j++)
      kappa[i]![j] = kappa[j]![i] = defined(() => cohenKappa(a, masks[j]!));
  });
  const ranks: Agreement['ranks'] = [];
  for (const { rater, sensitivity, specificity, dice } of rankRaters(masks, fusion as Float64Array))
    ranks[rater] = {
      sensitivity: sensitivity.value,
      specificity: specificity.value,
      dice: dice.value,
      standardError: dice.standardError,
    };
  const alpha = masks.length > 1 ? defined(() => krippendorffAlphaInterval(masks)) : undefined;
  return { dice: pairwiseDice(masks), kappa, alpha, ranks };
}

function defined<T>(value: () => T): T | undefined {
  try {
    return value();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
