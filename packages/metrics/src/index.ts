export type { Accumulator } from './accumulator.js';
export { areaRatio } from './area-ratio.js';
export { type Asymmetry, asymmetry } from './asymmetry.js';
export { type AucAccumulator, type AucState, aucAccumulator } from './auc-accumulator.js';
export { averagePrecision } from './average-precision.js';
export { averageSurfaceDistance } from './average-surface-distance.js';
export { type BootstrapOptions, type BootstrapResult, bootstrap } from './bootstrap.js';
export { brier } from './brier.js';
export type { Numbers } from './checks.js';
export { cohenKappa } from './cohen-kappa.js';
export { type Confusion, confusion, precision, sensitivity, specificity } from './confusion.js';
export { confusionAccumulator } from './confusion-accumulator.js';
export {
  type DelongOptions,
  type DelongResult,
  type DelongTestResult,
  delong,
  delongTest,
} from './delong.js';
export { dice, type OverlapOptions } from './dice.js';
export { diceAccumulator } from './dice-accumulator.js';
export { distanceTransform } from './distance-transform.js';
export { entropy } from './entropy.js';
export { expectedCalibrationError } from './expected-calibration-error.js';
export { fleissKappa } from './fleiss-kappa.js';
export { generalizedEnergyDistance } from './generalized-energy-distance.js';
export type { Geometry, ShapeOptions } from './geometry.js';
export { hausdorff } from './hausdorff.js';
export { jaccard } from './jaccard.js';
export { krippendorffAlpha } from './krippendorff-alpha.js';
export { type MeanInterval, type MeanIntervalOptions, meanInterval } from './mean-interval.js';
export { type OperatingPoint, operatingPoint, youden } from './operating-point.js';
export type { OverlapState } from './overlap-accumulator.js';
export type { Overlap } from './overlap-counts.js';
export { pairwiseDice } from './pairwise-dice.js';
export { borderIrregularity, compactness, perimeter } from './perimeter.js';
export { rocAuc } from './roc-auc.js';
export { type RocCurve, rocCurve } from './roc-curve.js';
export { type SoftDiceOptions, softDice, softDiceProfile } from './soft-dice.js';
export { surfaceDice } from './surface-dice.js';
export { type SurfaceDistances, type SurfaceOptions, surfaceDistances } from './surface-distances.js';
export { variance } from './variance.js';
export { verticalCupToDiscRatio, verticalDiameter } from './vertical-diameter.js';
