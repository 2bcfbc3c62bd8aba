import { bootstrap, expectedCalibrationError } from '@diff/metrics';
import type { Results } from '../folder/results.js';
import { columns, pools, testCasesOf } from './numbers.js';
import { type Estimate, student } from './student.js';

/** Few, because test sets are small. */
export const BINS = 5;

const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));
const probabilities = (logits: readonly number[]) => logits.map(sigmoid);

/** Of the cases whose probability lies in one bin, what was said and what was so. */
export interface ReliabilityBin {
  /** Mean probability. */
  said: number;
  /** Share of the ill. */
  ill: number;
  cases: number;
}

/** What a judge's probabilities of illness from image ⊕ mask were worth, over all test cases, by bins of equal width that hold any. */
export function reliability(results: Results, judge: string, mask: string): ReliabilityBin[] {
  const { truth, scores } = columns(testCasesOf(results), [[judge, mask]]);
  const bins = Array.from({ length: BINS }, () => ({ said: 0, ill: 0, cases: 0 }));
  probabilities(scores[0]!).forEach((probability, i) => {
    const bin = bins[Math.min(BINS - 1, Math.floor(BINS * probability))]!;
    bin.said += probability;
    bin.ill += truth[i]!;
    bin.cases++;
  });
  return bins
    .filter(({ cases }) => cases > 0)
    .map(({ said, ill, cases }) => ({ said: said / cases, ill: ill / cases, cases }));
}

/**
 * Expected calibration error of the diagnosis from image ⊕ mask, by five bins. Of one pool of cases with a bootstrap interval, of
 * several rounds the mean with Student's.
 */
export function calibrationError(results: Results, judge: string, mask: string): Estimate | undefined {
  const error = (truth: ArrayLike<number>, said: ArrayLike<number>) =>
    expectedCalibrationError(truth, said, { bins: BINS });
  const tested = pools(results)
    .map((cases) => columns(cases, [[judge, mask]]))
    .filter(({ truth }) => truth.length > 1);
  if (tested.length > 1) {
    const errors = tested.map(({ truth, scores }) => error(truth, probabilities(scores[0]!)));
    return student(errors, [0, 1]);
  }
  if (!tested[0]) return undefined;
  const { truth, scores } = tested[0];
  const { estimate, interval } = bootstrap([truth, probabilities(scores[0]!)], error, { resamples: 1000 });
  return { value: estimate, interval, of: truth.length };
}
