export { type AmortisedOptions, amortised } from './amortised.js';
export { type BestRater, bestRater, type RaterAuc } from './best-rater.js';
export { type BiomarkerJudge, type BiomarkerJudgeOptions, biomarkerJudge } from './biomarker-judge.js';
export {
  type Biomarker,
  softArea,
  softHorizontalDiameter,
  softRatio,
  softVerticalDiameter,
} from './biomarkers.js';
export { type CrossFitOptions, type CrossFitted, crossFit } from './cross-fit.js';
export type { JudgingOptions } from './judging-options.js';
export {
  type HeldOutCase,
  type LearnExpertnessOptions,
  type LearnExpertnessStep,
  type LearnedExpertnessResult,
  learnExpertness,
  learnExpertnessSteps,
} from './learn-expertness.js';
export { type AppliedExpertness, type LearnedExpertness, loadExpertness } from './learned-expertness.js';
export { type PerPlaceOptions, perPlace } from './per-place.js';
export { type PerRaterOptions, perRater } from './per-rater.js';
export { type RaterWorth, type RaterWorthOptions, type RaterWorths, raterWorth } from './rater-worth.js';
export type { SharedForm, SharedParameters, SharedShape } from './shared-form.js';
export type { CaseList } from './survey.js';
