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
export type { Message as QueueMessage } from './queue/message.js';
export { type QueueJobsOptions, queueJobs } from './queue/queue-jobs.js';
export { Unfit } from './queue/serve.js';
export { type PlannedJobs, type TaskFinder, tasksOf } from './queue/tasks.js';
export { type RunJobsOptions, runJobs } from './run-jobs.js';
export { schedule } from './schedule.js';
