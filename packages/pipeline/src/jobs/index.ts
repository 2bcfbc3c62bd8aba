export { type Done, doneBefore, markDone } from './done.js';
export type { Job } from './job.js';
export { type JobWorkerOptions, jobWorker, type Telling, type WorkerShared } from './job-worker.js';
export { type Progress, sentence, type TrackerOptions, tracker } from './progress.js';
export { type RunJobsOptions, runJobs } from './run-jobs.js';
export { schedule } from './schedule.js';
