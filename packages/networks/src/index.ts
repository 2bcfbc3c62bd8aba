export { baselineDia } from './diagnosis/baseline-dia.js';
export type { DiagnosisOptions } from './diagnosis/diagnosis-options.js';
export { dlCat } from './diagnosis/dl-cat.js';
export { noMask } from './diagnosis/no-mask.js';
export { type Frozen, freeze } from './freeze.js';
export {
  type Backbone,
  type Depth,
  type Features,
  type Level,
  levelStrides,
  levels,
  type ResNetOptions,
  resnet,
  resnetFeatures,
} from './resnet.js';
