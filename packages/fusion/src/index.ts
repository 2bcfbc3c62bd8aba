export {
  type DawidSkeneOptions,
  type DawidSkeneResult,
  dawidSkene,
  dawidSkeneIterations,
} from './dawid-skene.js';
export { type Disagreement, type DisagreementOptions, disagreement } from './disagreement.js';
export type { PerformanceMaps } from './em/local-rates.js';
export type { EmOptions } from './em/options.js';
export { type FuseOptions, fuse } from './fuse.js';
export type { ConnectedRegion } from './geometry/connected-regions.js';
export type { GridOptions } from './geometry/mean-signed-distance.js';
export { type MajorityVoteOptions, majorityVote } from './majority-vote.js';
export { type MajorityVoteMultiLabelOptions, majorityVoteMultiLabel } from './majority-vote-multi-label.js';
export { meanVote } from './mean-vote.js';
export { type RankOptions, type RaterEstimate, type RaterRank, rankRaters } from './rank-raters.js';
export { type Polygon, type RasterizeOptions, rasterize } from './rasterize.js';
export { type ShapeBasedAverage, shapeBasedAverage } from './shape-based-average.js';
export {
  type ShapeBasedAverageMultiLabelOptions,
  shapeBasedAverageMultiLabel,
} from './shape-based-average-multi-label.js';
export { type SimpleOptions, type SimpleResult, simple, simpleIterations } from './simple.js';
export { type StapleOptions, type StapleResult, staple, stapleIterations } from './staple.js';
export {
  type StapleMrfOptions,
  type StapleMrfResult,
  stapleMrf,
  stapleMrfIterations,
} from './staple-mrf.js';
export {
  type StapleMultiLabelOptions,
  type StapleMultiLabelResult,
  stapleMultiLabel,
  stapleMultiLabelIterations,
} from './staple-multi-label.js';
export {
  type StapleSpatialOptions,
  type StapleSpatialResult,
  stapleSpatial,
  stapleSpatialIterations,
} from './staple-spatial.js';
export type { Flags } from './votes/numbers.js';
export type { Masks, MaskValues, Missing } from './votes/panel.js';
export type { VoteOptions } from './votes/weights.js';
