import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * A job as it passes through Redis: which one it is, and nothing to work on. What it reads and writes a worker knows from the run
 * folder itself, so that whoever can write to Redis alone names no path and no work.
 */
export const messageSchema = z.strictObject({
  format: z.literal(1),
  /** The run folder, where all that work in it see it. */
  run: z.string().min(1).max(4096).refine(isAbsolute),
  /** SHA-256 of the plan that it belongs to. */
  plan: sha256,
  job: z.string().min(1).max(1000),
  /** SHA-256 of the job's key. */
  key: sha256,
  timeLimit: z.number().positive().optional(),
});
export type Message = z.output<typeof messageSchema>;

/** What a worker tells of a job. */
export const toldSchema = z.strictObject({
  worker: z.string().max(300),
  told: z.union([
    z.strictObject({ state: z.literal('started') }),
    z.strictObject({ done: z.number() }),
    z.strictObject({ news: z.record(z.string(), z.unknown()) }),
  ]),
});

/** SHA-256 of anything that JSON holds. */
export const digest = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('hex');

/** The plan that jobs make together. */
export const planOf = (jobs: readonly { id: string; key: unknown }[]): string =>
  digest(jobs.map(({ id, key }) => [id, key]));

/** One queue for every kind of worker. */
export const queueName = (kind: string) => `diff-${kind}`;

/** What lies in Redis as long as somebody waits for the jobs of a plan; where a user may write who may use BullMQ. */
export const claimOf = (plan: string) => `bull:diff-waits:${plan}`;

/** How a failure is told by way of Redis, where only a text passes. */
export const failureText = ({ worker, gaveUp, message }: Failure) =>
  `${worker} ${gaveUp ? 'gave up' : 'failed'}: ${message}`;

export interface Failure {
  worker: string;
  /** It is not to be tried again. */
  gaveUp: boolean;
  message: string;
}

const LOST = 'its workers were lost one after the other, and it came no further';

/** Whether too many workers were lost with a job. */
export const isLoss = ({ message }: Failure) => message === LOST;

/** What `failureText` said; of any other text, that the job was given up for it. */
export function parseFailure(text = ''): Failure {
  const [, worker, how, message] = /^(.{1,300}?) (gave up|failed): (.*)$/s.exec(text) ?? [];
  if (worker !== undefined) return { worker, gaveUp: how === 'gave up', message: message! };
  // In the words of BullMQ.
  return { worker: 'no worker', gaveUp: true, message: /^job stalled/.test(text) ? LOST : text };
}
