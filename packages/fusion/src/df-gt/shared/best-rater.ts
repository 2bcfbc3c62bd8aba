import { checkOptions, fail } from '@diff/checks';
import { delong } from '@diff/metrics';
import type { DiagnosedCase } from '../case-batch.js';
import { alone, type Bench, judgeCases, ONLY, oneRater } from './judge-cases.js';
import { benchOf, checkJudging, groups, type JudgingOptions, judgingOptions } from './judging-options.js';
import { type LearnedExpertness, learnedExpertness } from './learned-expertness.js';
import { perRater } from './per-rater.js';
import { type CaseList, type Survey, survey } from './survey.js';

/** How well the judge diagnoses by one rater's outlines. */
export interface RaterAuc {
  rater: string;
  auc: number;
  /** DeLong's 95 % interval. */
  interval: [number, number];
  /** Cases of which the rater outlined every structure. */
  cases: number;
}

/** `LearnedExpertness` that follows one rater, and the others alike where that one is missing. */
export interface BestRater extends LearnedExpertness {
  rater: string;
  /** Best first. */
  aucs: RaterAuc[];
}

/**
 * The rater by whose outlines alone the judge diagnoses best, by AUC over these cases. A control for `learnExpertness`: it
 * costs one look per rater, and up to about 80 cases it serves as well or better.
 *
 * @throws as `learnExpertness`; RangeError where no rater has two cases of either diagnosis.
 */
export async function bestRater(
  cases: CaseList<DiagnosedCase & { patient?: string }>,
  options: JudgingOptions,
): Promise<BestRater> {
  const caller = 'bestRater';
  checkOptions(caller, options, judgingOptions);
  checkJudging(caller, options);
  const known = await survey(caller, cases, options);
  const { mask, batchSize = 32, signal } = options;
  const bench = {
    ...benchOf(options.network, await groups(caller, cases, options.network)),
    mask,
    batchSize,
    signal,
  };
  const aucs = await raterAucs(caller, cases, known, bench);
  const [best] = aucs;
  if (!best) fail(caller, 'no rater of cases outlined two cases of either diagnosis, expected at least one');
  const logits = oneRater(known.raters.indexOf(best.rater), known.raters.length, 0, -ONLY);
  return { ...learnedExpertness(perRater(), known, [logits]), rater: best.rater, aucs };
}

/** Each rater alone, best first; those who outlined fewer than two cases of either diagnosis are left out. */
export async function raterAucs(
  caller: string,
  cases: CaseList,
  known: Survey,
  bench: Bench,
): Promise<RaterAuc[]> {
  const aucs: RaterAuc[] = [];
  for (const [r, rater] of known.raters.entries()) {
    const members = known.outlined.flatMap((outlined, i) => (outlined[r] ? [i] : []));
    const labels = members.map((i) => known.diagnoses[i]!);
    const ill = labels.filter((label) => label === 1).length;
    if (Math.min(ill, labels.length - ill) < 2) continue;
    const scores = await judgeCases(caller, cases, members, known, bench, alone(r, known.raters.length));
    const { auc, interval } = delong(labels, scores);
    aucs.push({ rater, auc, interval, cases: members.length });
  }
  return aucs.sort((a, b) => b.auc - a.auc);
}
