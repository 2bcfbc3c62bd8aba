import { Option } from 'commander';
import { placeOf } from '../jobs/queue/redis.js';
import { filled } from './option-values.js';

/** The option that hands jobs to workers. @param worker The command that starts one. */
export const queueOption = (worker: string): Option =>
  new Option(
    '--queue <redis://...>',
    `has \`${worker}\`s do the jobs, on as many machines as share the run folder; rediss:// with TLS; a password also by DIFF_QUEUE_PASSWORD; needs npm install bullmq ioredis`,
  ).argParser((url: string) => {
    placeOf(filled(url));
    return url;
  });
