import { bootstrap, delong, delongTest, operatingPoint, rocAuc, rocCurve } from '@diff/metrics';
import { type DiagnosisNetworkName, seesMask } from '@diff/networks/diagnosis';
import { type Label, labelsOf as labelsOfConfig } from '../config/fusions.js';
import { armName } from '../config/schema.js';
import type { CaseResult, Results } from '../folder/results.js';
import { type Estimate, student, studentTest } from './student.js';

/** The labels of a run, fused from the raters' masks, as they are called in results. */
export const labelsOf = ({ config }: Pick<Results, 'config'>): Label[] => labelsOfConfig(config);

/** The arms of a run, by name, in the order of its settings. */
export const armsOf = ({ config }: Results): string[] => config.segmentation.arms.map(armName);

/** What soft Dice is measured against: every rater, then the fused labels. */
export const referencesOf = (results: Results): string[] => [...results.data.raters, ...labelsOf(results)];

/** Baseline-Dia, then the judges to which no label was fitted. */
export function judgesOf({ rounds }: Results): string[] {
  const all = new Set(rounds.flatMap(({ cases }) => cases.flatMap(({ logits }) => Object.keys(logits))));
  return [...(all.has('Baseline-Dia') ? ['Baseline-Dia'] : []), ...all].filter(
    (judge, i, list) => list.indexOf(judge) === i,
  );
}

/** Whether a judge of a run looks at the mask, whoever made the run. */
export const judgesMasks = (judge: string): boolean => seesMask(judge as DiagnosisNetworkName);

/** The first of the judges that see the image alone: what masks add is measured against it. */
export const imageJudge = (results: Results): string | undefined =>
  judgesOf(results).find((judge) => !judgesMasks(judge));

/** The judges that look at the mask. */
export const maskJudgesOf = (results: Results): string[] => judgesOf(results).filter(judgesMasks);

/** The test cases of all rounds, in their order. */
export const testCasesOf = ({ rounds }: Results): CaseResult[] => rounds.flatMap(({ cases }) => cases);

/** Whether every case is tested once, by the round that left it out of training. */
export const isCrossValidated = ({ config }: Results): boolean => config.data.folds !== undefined;

/**
 * Mean over test cases with a bootstrap interval: patients are drawn, each with all of their cases in all rounds, because
 * cases of one patient are not independent; of folds, each patient within the fold that tested them.
 */
export function meanOverCases(
  results: Results,
  measure: (one: CaseResult) => number | undefined,
): Estimate | undefined {
  const patients = new Map<string, { sum: number; cases: number; round: number }>();
  for (const { round, cases } of results.rounds) {
    for (const one of cases) {
      const value = measure(one);
      if (!isNumber(value)) continue;
      const patient = patients.get(one.patient) ?? { sum: 0, cases: 0, round };
      patients.set(one.patient, patient);
      patient.sum += value;
      patient.cases++;
    }
  }
  const rows = [...patients.values()];
  if (rows.length === 0) return undefined;
  const sums = rows.map(({ sum }) => sum);
  const counts = rows.map(({ cases }) => cases);
  const of = total(counts);
  if (rows.length < 2) return { value: total(sums) / of, of };
  const strata = isCrossValidated(results) ? rows.map(({ round }) => round) : undefined;
  const { estimate, interval } = bootstrap([sums, counts], (sum, count) => total(sum) / total(count), {
    strata,
  });
  return { value: estimate, interval, of };
}

/** Soft Dice of a mask, averaged over the structures and references of which the case has one. */
export function diceOf(
  { softDice }: CaseResult,
  mask: string,
  structures: readonly string[],
  references: readonly string[],
): number | undefined {
  const values = structures.flatMap((structure) =>
    references.map((reference) => softDice[mask]?.[structure]?.[reference]).filter(isNumber),
  );
  return values.length ? total(values) / values.length : undefined;
}

/** Soft Dice of what an arm says of a rater with that rater's mask. */
export const raterDiceOf = (
  { raterDice }: CaseResult,
  arm: string,
  structure: string,
  rater: string,
): number | undefined => raterDice?.[arm]?.[structure]?.[rater];

/** HD95 of an arm from a reference, in pixels. */
export const distanceOf = (
  { hd95 }: CaseResult,
  arm: string,
  structure: string,
  reference: string,
): number | undefined => hd95?.[arm]?.[structure]?.[reference];

/** How much higher the soft Dice of mask `a` is than that of `b`, paired by case. */
export function diceDifference(
  results: Results,
  [a, b]: readonly [string, string],
  structures: readonly string[],
  references: readonly string[],
): Estimate | undefined {
  return meanOverCases(results, (one) => {
    const pair = [a, b].map((mask) => diceOf(one, mask, structures, references));
    return pair.every(isNumber) ? pair[0]! - pair[1]! : undefined;
  });
}

/** What an AUC is computed over: every round apart, or all cases of the one round or of all folds. */
export function pools(results: Results): CaseResult[][] {
  return isCrossValidated(results) ? [testCasesOf(results)] : results.rounds.map(({ cases }) => cases);
}

/** What a judge says of the image with a mask. */
type Verdict = readonly [judge: string, mask: string];

export function columns(cases: readonly CaseResult[], verdicts: readonly Verdict[]) {
  const rated = cases.filter(({ logits }) =>
    verdicts.every(([judge, mask]) => isNumber(logits[judge]?.[mask])),
  );
  const truth = rated.map(({ diagnosis }) => diagnosis);
  const ill = truth.filter((diagnosis) => diagnosis === 1).length;
  const scores = verdicts.map(([judge, mask]) => rated.map(({ logits }) => logits[judge]![mask]!));
  return { truth, scores, smallerClass: Math.min(ill, truth.length - ill) };
}

/**
 * AUC of the diagnosis that a judge makes from image ⊕ mask. Of one round or of folds, whose cases are pooled, with
 * DeLong's interval; of several rounds, the mean of the rounds' AUCs with Student's. Absent where a class is missing.
 */
export function aucOf(results: Results, judge: string, mask: string): Estimate | undefined {
  const tested = pools(results)
    .map((cases) => columns(cases, [[judge, mask]]))
    .filter(({ smallerClass }) => smallerClass > 0);
  const areas = tested.map(({ truth, scores }) => rocAuc(truth, scores[0]!));
  if (areas.length > 1) return student(areas, [0, 1]);
  if (!tested[0]) return undefined;
  const { truth, scores, smallerClass } = tested[0];
  const of = truth.length;
  return {
    value: areas[0]!,
    interval: smallerClass > 1 ? delong(truth, scores[0]!).interval : undefined,
    of,
  };
}

/** How much higher the AUC of mask `a` is than that of `b`: by DeLong's paired test, or Student's over several rounds. */
export const aucDifference = (
  results: Results,
  judge: string,
  [a, b]: readonly [string, string],
): Estimate | undefined =>
  verdictDifference(results, [
    [judge, a],
    [judge, b],
  ]);

/** How much higher the AUC from image ⊕ mask is than that of `imageJudge`, from the image alone. Absent where there is none. */
export function gainOverImage(results: Results, judge: string, mask: string): Estimate | undefined {
  const alone = imageJudge(results);
  return alone === undefined
    ? undefined
    : verdictDifference(results, [
        [judge, mask],
        // It says the same of every mask.
        [alone, 'MV'],
      ]);
}

function verdictDifference(results: Results, pair: readonly [Verdict, Verdict]): Estimate | undefined {
  const tested = pools(results)
    .map((cases) => columns(cases, pair))
    .filter(({ smallerClass }) => smallerClass > 0);
  const apart = tested.map(({ truth, scores }) => rocAuc(truth, scores[0]!) - rocAuc(truth, scores[1]!));
  if (apart.length > 1) return { ...student(apart, [-1, 1]), p: studentTest(apart) };
  if (!tested[0]) return undefined;
  const { truth, scores, smallerClass } = tested[0];
  const of = truth.length;
  if (smallerClass < 2) return { value: apart[0]!, of };
  const { interval, p } = delongTest(truth, scores[0]!, scores[1]!);
  return { value: apart[0]!, interval, p, of };
}

/**
 * The sensitivity of the diagnosis from image ⊕ mask at the threshold where specificity is at least `specificity`. Of one pool of
 * cases with a bootstrap interval, the ill and the healthy drawn apart and the threshold chosen anew in each draw; of several rounds, the
 * mean with Student's.
 */
export function sensitivityAt(
  results: Results,
  judge: string,
  mask: string,
  specificity: number,
): Estimate | undefined {
  const at = (truth: ArrayLike<number>, scores: ArrayLike<number>) =>
    operatingPoint(truth, scores, { specificity }).sensitivity;
  const tested = pools(results)
    .map((cases) => columns(cases, [[judge, mask]]))
    .filter(({ smallerClass }) => smallerClass > 0);
  if (tested.length > 1)
    return student(
      tested.map(({ truth, scores }) => at(truth, scores[0]!)),
      [0, 1],
    );
  if (!tested[0]) return undefined;
  const { truth, scores, smallerClass } = tested[0];
  const of = truth.length;
  if (smallerClass < 2) return { value: at(truth, scores[0]!), of };
  const { estimate, interval } = bootstrap([truth, scores[0]!], at, { strata: truth, resamples: 1000 });
  return { value: estimate, interval, of };
}

/** A point of a ROC curve. */
export type Point = [falsePositiveRate: number, truePositiveRate: number];

const GRID = 200;

/** ROC curve of a judge on a mask; of several rounds, the mean true-positive rate at each false-positive rate. */
export function roc(results: Results, judge: string, mask: string): Point[] | undefined {
  const curves = pools(results)
    .map((cases) => columns(cases, [[judge, mask]]))
    .filter(({ smallerClass }) => smallerClass > 0)
    .map(({ truth, scores }) => {
      const { falsePositiveRate, truePositiveRate } = rocCurve(truth, scores[0]!);
      return Array.from(falsePositiveRate, (x, i): Point => [x, truePositiveRate[i]!]);
    });
  if (curves.length < 2) return curves[0];
  const rates = Array.from({ length: GRID + 1 }, (_, i) => i / GRID);
  const means = rates.map(
    (x): Point => [x, total(curves.map((curve) => heightAt(curve, x))) / curves.length],
  );
  return [[0, 0], ...means];
}

/** The highest true-positive rate at a false-positive rate, on the straight lines between a curve's points. */
function heightAt(curve: readonly Point[], x: number): number {
  const after = curve.filter(([rate]) => rate <= x).length - 1;
  const [[x0, y0], next] = [curve[after]!, curve[after + 1]];
  return next ? y0 + ((next[1] - y0) * (x - x0)) / (next[0] - x0) : y0;
}

/** The mean expertness of one rater where raters disagree. */
export interface BorderWorth {
  rater: string;
  diagnosis: 'all' | 0 | 1;
  estimate: Estimate;
}

/**
 * The mean expertness that DF-GT gave each rater where raters disagree: of one round with the interval over training
 * cases, of several the mean over rounds with Student's.
 */
export function worthAtBorder({ rounds, data }: Results): BorderWorth[] {
  return data.raters.flatMap((rater) =>
    (['all', 0, 1] as const).flatMap((diagnosis) => {
      const rows = rounds.flatMap(({ worth }) =>
        worth.filter((row) => row.rater === rater && row.diagnosis === diagnosis && row.region === 'border'),
      );
      if (rows.length === 0) return [];
      const [{ mean, interval, cases }] = rows as [(typeof rows)[0]];
      const means = rows.map((row) => row.mean);
      const estimate = means.length > 1 ? student(means, [0, 1]) : { value: mean, interval, of: cases };
      return [{ rater, diagnosis, estimate }];
    }),
  );
}

/** The judge to trust most: the first that reads masks and is not the one that DF-GT was fitted to, else that one. */
export const impartialJudge = (results: Results): string =>
  judgesOf(results).find((judge) => judge !== 'Baseline-Dia' && judgesMasks(judge)) ?? 'Baseline-Dia';

/** How much higher the impartial judge's AUC of test cases is by shared expertness than by the mean vote. */
export const sharedGain = (results: Results): Estimate | undefined =>
  aucDifference(results, impartialJudge(results), ['Shared', 'MV']);

/** What was learned about each rater, the heaviest first: of several rounds, the mean with Student's interval. */
export function learnedWeights({ rounds, data }: Results): { rater: string; estimate: Estimate }[] {
  const learned = rounds.flatMap(({ shared }) => shared ?? []);
  if (!learned.length) return [];
  const [{ weights, intervals }] = learned as [(typeof learned)[0]];
  return data.raters
    .map((rater) => ({
      rater,
      estimate:
        learned.length > 1
          ? student(
              learned.map((one) => one.weights[rater]!),
              [0, 1],
            )
          : { value: weights[rater]!, interval: intervals[rater], of: 1 },
    }))
    .sort((a, b) => b.estimate.value - a.estimate.value);
}

/** Seconds of each step, mean over the rounds that have it, in the order of the first round. */
export function secondsByStep({ rounds }: Results): { step: string; seconds: number }[] {
  const steps = [...new Set(rounds.flatMap(({ seconds }) => Object.keys(seconds)))];
  return steps.map((step) => {
    const values = rounds.map(({ seconds }) => seconds[step]).filter(isNumber);
    return { step, seconds: total(values) / values.length };
  });
}

/** JSON has no NaN: what could not be computed is null. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}
