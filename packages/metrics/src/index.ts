export type { Accumulator } from './accumulator.js';
export { cohenKappa } from './agreement/cohen-kappa.js';
export { entropy } from './agreement/entropy.js';
export { fleissKappa } from './agreement/fleiss-kappa.js';
export { generalizedEnergyDistance } from './agreement/generalized-energy-distance.js';
export { krippendorffAlpha } from './agreement/krippendorff-alpha.js';
export { pairwiseDice } from './agreement/pairwise-dice.js';
export { variance } from './agreement/variance.js';
export { brier } from './calibration/brier.js';
export { expectedCalibrationError } from './calibration/expected-calibration-error.js';
export type { Numbers } from './checks.js';
export type { Geometry, ShapeOptions } from './geometry.js';
export { type Confusion, confusion, precision, sensitivity, specificity } from './overlap/confusion.js';
export { confusionAccumulator } from './overlap/confusion-accumulator.js';
export { dice, type OverlapOptions } from './overlap/dice.js';
export { diceAccumulator } from './overlap/dice-accumulator.js';
export { jaccard } from './overlap/jaccard.js';
export type { OverlapState } from './overlap/overlap-accumulator.js';
export type { Overlap } from './overlap/overlap-counts.js';
export { type SoftDiceOptions, softDice, softDiceProfile } from './overlap/soft-dice.js';
export { type AucAccumulator, type AucState, aucAccumulator } from './roc/auc-accumulator.js';
export { averagePrecision } from './roc/average-precision.js';
export {
  type DelongOptions,
  type DelongResult,
  type DelongTestResult,
  delong,
  delongTest,
} from './roc/delong.js';
export { type OperatingPoint, operatingPoint, youden } from './roc/operating-point.js';
export { rocAuc } from './roc/roc-auc.js';
export { type RocCurve, rocCurve } from './roc/roc-curve.js';
export { areaRatio } from './shape/area-ratio.js';
export { type Asymmetry, asymmetry } from './shape/asymmetry.js';
export { borderIrregularity, compactness, perimeter } from './shape/perimeter.js';
export { verticalCupToDiscRatio, verticalDiameter } from './shape/vertical-diameter.js';
export { type BootstrapOptions, type BootstrapResult, bootstrap } from './statistics/bootstrap.js';
export { type MeanInterval, type MeanIntervalOptions, meanInterval } from './statistics/mean-interval.js';
export { averageSurfaceDistance } from './surface/average-surface-distance.js';
export { distanceTransform } from './surface/distance-transform.js';
export { hausdorff } from './surface/hausdorff.js';
export { surfaceDice } from './surface/surface-dice.js';
export { type SurfaceDistances, type SurfaceOptions, surfaceDistances } from './surface/surface-distances.js';
