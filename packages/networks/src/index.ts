export { baselineDia } from './diagnosis/baseline-dia.js';
export type { DiagnosisOptions } from './diagnosis/diagnosis-options.js';
export { type AttentionOptions, attentionTask, dlAtt } from './diagnosis/dl-att.js';
export { dlCat } from './diagnosis/dl-cat.js';
export { dlRoi, type RoiOptions } from './diagnosis/dl-roi.js';
export { noMask } from './diagnosis/no-mask.js';
export { type Score, type VcdrOptions, vcdrSvm, vcdrThreshold } from './diagnosis/vcdr.js';
export { type Frozen, type FrozenOutputs, freeze, freezeOutputs } from './freeze.js';
export { deserializeModel, type LoadedModel, type ModelMeta, serializeModel } from './model-file.js';
export { type Random, randomStream } from './random.js';
export { type ResUnetOptions, resUnet } from './res-unet.js';
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
export { readSafetensors, type Safetensors, type Weights, writeSafetensors } from './safetensors.js';
export { memoryStorage, type Storage } from './storage.js';
export { type Svm, type SvmOptions, svm } from './svm.js';
export { type ImportTorchOptions, importTorch, loadTorchWeights, type TorchReport } from './torch-weights.js';
export { type Augmentation, augment } from './train/augment.js';
export type { Batch } from './train/batch.js';
export type { EpochRecord } from './train/checkpoint.js';
export {
  type Example,
  type Examples,
  type MultiRaterCase,
  type ToExamplesOptions,
  toExamples,
} from './train/example.js';
export { bce, diceLoss, type Loss, weightedSum } from './train/losses.js';
export { adam, type Optimizer, sgd } from './train/optimizers.js';
export { type PredictOptions, predict } from './train/predict.js';
export { cosine, polynomial, type Schedule, steps } from './train/schedules.js';
export { startAtPrior } from './train/start-at-prior.js';
export { diagnosis, type Forward, segmentation, type Task } from './train/tasks.js';
export { train } from './train/train.js';
export type { StepProgress, TrainOptions, TrainResult } from './train/train-options.js';
export type { Validation, ValidationMetric } from './train/validation.js';
export { auc, meanDice } from './train/validation-metrics.js';
export { type Feature, type UnetDecoderOptions, unetDecoder } from './unet-decoder.js';
