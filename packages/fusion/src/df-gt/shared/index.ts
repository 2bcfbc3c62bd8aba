export { type AmortisedOptions, amortised } from './amortised.js';
export { type CrossFitOptions, type CrossFitted, crossFit } from './cross-fit.js';
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
export type { SharedForm, SharedParameters, SharedShape } from './shared-form.js';
export type { CaseList } from './survey.js';
