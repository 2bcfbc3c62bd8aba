export { type ConfigSource, checkConfig, readConfig, readSettings } from './config/read-config.js';
export { type Arm, armName, type Config } from './config/schema.js';
export type {
  CaseResult,
  DataSummary,
  GalleryCase,
  Provenance,
  RaterSkill,
  Results,
  RoundResult,
  SharedWeights,
} from './folder/results.js';
export { type RoundFolder, type RunFolder, roundFolder, runFolder } from './folder/run-folder.js';
export type { Progress } from './jobs/progress.js';
export { type FromRunOptions, fromRun, type ModelPrediction, type TrainedModel } from './predict/from-run.js';
export { estimateTime } from './run/estimate-time.js';
export type { TimeLimits } from './run/jobs-of-run.js';
export { planRun, type RunPlan } from './run/plan-run.js';
export type { Proposal } from './run/propose.js';
export { type RunOptions, runPipeline } from './run/run-pipeline.js';
export { summary } from './run/summary.js';
export { type CaseToTime, timeOfCase } from './run/time-of-case.js';
export { segmentationLosses } from './steps/arm-network.js';
export { checkClasses } from './steps/split-data.js';
export type { Survey } from './steps/survey-data.js';
export { UserError } from './user-error.js';
