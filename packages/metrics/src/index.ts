export type { Accumulator } from './accumulator.js';
export {
  type AgreementInterval,
  type CohenKappaOptions,
  cohenKappa,
  cohenKappaInterval,
} from './agreement/cohen-kappa.js';
export { entropy } from './agreement/entropy.js';
export { fleissKappa, fleissKappaInterval } from './agreement/fleiss-kappa.js';
export { generalizedEnergyDistance } from './agreement/generalized-energy-distance.js';
export { type GwetOptions, gwetAc, gwetAcInterval } from './agreement/gwet.js';
export { icc } from './agreement/icc.js';
export {
  type KrippendorffOptions,
  krippendorffAlpha,
  krippendorffAlphaInterval,
} from './agreement/krippendorff-alpha.js';
export { type DiceMax, diceMatch, diceMax, hungarianIou } from './agreement/matched.js';
export { pairwiseDice } from './agreement/pairwise-dice.js';
export type { Ratings } from './agreement/units.js';
export { variance } from './agreement/variance.js';
export { brier } from './calibration/brier.js';
export { crps, crpsNormal } from './calibration/crps.js';
export { expectedCalibrationError } from './calibration/expected-calibration-error.js';
export type { Geometry, ShapeOptions } from './geometry.js';
export type { LabelScores } from './labels.js';
export type { Numbers } from './numbers.js';
export { type Confusion, confusion, precision, sensitivity, specificity } from './overlap/confusion.js';
export { confusionAccumulator } from './overlap/confusion-accumulator.js';
export { dice } from './overlap/dice.js';
export { diceAccumulator } from './overlap/dice-accumulator.js';
export { type InstanceOptions, type InstanceScores, instanceScores } from './overlap/instances.js';
export { jaccard } from './overlap/jaccard.js';
export type { OverlapState } from './overlap/overlap-accumulator.js';
export type { Overlap } from './overlap/overlap-counts.js';
export type { LabelOptions, OverlapOptions } from './overlap/overlap-metric.js';
export { probabilisticDice, type SoftDiceOptions, softDice, softDiceProfile } from './overlap/soft-dice.js';
export { relativeVolumeDifference, volumeSimilarity } from './overlap/volume-similarity.js';
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
export { type PartialAuc, partialAuc } from './roc/partial-auc.js';
export { rocAuc } from './roc/roc-auc.js';
export { type RocCurve, rocCurve } from './roc/roc-curve.js';
export { weightedAuc } from './roc/weighted-auc.js';
export { areaRatio } from './shape/area-ratio.js';
export { type Asymmetry, asymmetry } from './shape/asymmetry.js';
export { borderIrregularity, compactness, perimeter } from './shape/perimeter.js';
export { verticalCupToDiscRatio, verticalDiameter } from './shape/vertical-diameter.js';
export { type BootstrapOptions, type BootstrapResult, bootstrap } from './statistics/bootstrap.js';
export { holm } from './statistics/holm.js';
export { type MeanInterval, type MeanIntervalOptions, meanInterval } from './statistics/mean-interval.js';
export { averageSurfaceDistance } from './surface/average-surface-distance.js';
export { type BoundaryOptions, boundaryIou } from './surface/boundary-iou.js';
export { clDice } from './surface/cl-dice.js';
export { distanceTransform } from './surface/distance-transform.js';
export { hausdorff, hausdorff95 } from './surface/hausdorff.js';
export { areaSurfaceDice, type SurfaceDiceOptions, surfaceDice } from './surface/surface-dice.js';
export { type SurfaceDistances, surfaceDistances } from './surface/surface-distances.js';
export type { SurfaceLabelOptions, SurfaceOptions } from './surface/surface-metric.js';
