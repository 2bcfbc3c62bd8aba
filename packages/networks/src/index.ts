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
} from './backbones/resnet.js';
export { type Svm, type SvmOptions, svm } from './biomarkers/svm.js';
export { type Score, type VcdrOptions, vcdrSvm, vcdrThreshold } from './biomarkers/vcdr.js';
export { type Fidelity, type NetworkEntry, type NetworkFacts, networkNamed } from './network-entry.js';
export { type ImportTorchOptions, importTorch } from './torch/import-torch.js';
export { loadTorchWeights, type TorchReport } from './torch/load-torch-weights.js';
