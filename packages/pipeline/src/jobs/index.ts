export { type Done, doneBefore, type Marked, markDone, type Sealed } from './done.js';
export type { Job } from './job.js';
export {
  type HandedJob,
  type JobWorkerOptions,
  jobWorker,
  type Telling,
  type WorkerShared,
} from './job-worker.js';
export { type FolderLock, lockFolder } from './lock-folder.js';
export { type Progress, sentence, type Tracked, type TrackerOptions, tracker } from './progress.js';
export type { Message as QueueMessage } from './queue/message.js';
export { type QueueJobsOptions, queueJobs } from './queue/queue-jobs.js';
export { type Task as QueueTask, Unfit } from './queue/serve.js';
export { type PlannedJobs, type TaskFinder, tasksOf } from './queue/tasks.js';
export { type RunJobsOptions, runJobs } from './run-jobs.js';
export { schedule, type Waiting } from './schedule.js';
