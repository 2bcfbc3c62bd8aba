// tfjs-core's build for Node has no gradients; tfjs-layers registers them for both.
import '@tensorflow/tfjs-layers';

export { type CaseBatch, caseBatch, type DiagnosedCase, type ImageLike } from './case-batch.js';
export type { DiagnosisNetwork } from './diagnose.js';
export {
  type DiagnosisFirstResult,
  type DiagnosisFirstStep,
  diagnosisFirst,
  diagnosisFirstSteps,
  expertnessAt,
} from './diagnosis-first.js';
export {
  type CaseSource,
  type DiagnosisFirstAllOptions,
  type DiagnosisFirstProgress,
  diagnosisFirstAll,
} from './diagnosis-first-all.js';
export { type DiagnosisFirstFoldsOptions, diagnosisFirstFolds } from './diagnosis-first-folds.js';
export type { DiagnosisFirstOptions } from './diagnosis-first-options.js';
export { type ExpGOptions, expG } from './exp-g.js';
export {
  type Expertness,
  type ExpertnessParameters,
  type MapShape,
  softmaxOverRaters,
  weightedSum,
} from './expertness.js';
export { expertnessByRegion, type Region, type RegionMean } from './expertness-by-region.js';
export { type FourierOptions, fourier } from './fourier.js';
export { diagnosisObjective, type Objective } from './objective.js';
export { type PixelsOptions, pixels } from './pixels.js';
export { decodeResult, encodeResult, type ResultCache, resultKey } from './result-cache.js';
export * from './shared/index.js';
export { highFrequencyShare } from './spectral-energy.js';
export { stratifiedFolds } from './stratified-folds.js';
export { type TransformRobustOptions, transformRobust } from './transform-robust.js';
