export { type Done, doneBefore, markDone, type Sealed } from './done.js';
export type { Job } from './job.js';
export {
  type HandedJob,
  type JobWorkerOptions,
  jobWorker,
  type Telling,
  type WorkerShared,
} from './job-worker.js';
export { type FolderLock, lockFolder } from './lock-folder.js';
export { type Progress, sentence, type TrackerOptions, tracker } from './progress.js';
export { type RunJobsOptions, runJobs } from './run-jobs.js';
export { schedule } from './schedule.js';
