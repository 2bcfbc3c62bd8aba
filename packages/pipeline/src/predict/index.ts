export { type FromRunOptions, fromRun, type ModelPrediction, type TrainedModel } from './from-run.js';
