import { randomUUID } from 'node:crypto';
import { BroadcastChannel } from 'node:worker_threads';
import { parallelMap } from '@diff/backend/parallel';
import type { Done } from './done.js';
import type { Hands } from './hands.js';
import type { HandedJob, Told, WorkerShared } from './job-worker.js';

/** Threads of this process, each with the worker module and what all share. */
export const threads = <W, R, S>(
  module: URL,
  { workers, shared }: { workers: number; shared: S },
): Hands<W, R> => ({
  limit: workers,
  async work(jobs, { told, done, lost }, signal) {
    const limits = new Map<string, { seconds: number; stop: AbortController; timer?: NodeJS.Timeout }>();
    const endTimer = (id: string) => clearTimeout(limits.get(id)?.timer);
    // Stops the work when the caller does, or when one of its callbacks throws.
    const stop = new AbortController();
    const abort = () => stop.abort(signal!.reason);
    signal?.addEventListener('abort', abort);
    const channelName = `jobs-${randomUUID()}`;
    const channel = new BroadcastChannel(channelName);
    channel.onmessage = (event) => {
      const message = (event as { data: Told }).data;
      if ('state' in message) {
        endTimer(message.job);
        const limit = limits.get(message.job);
        if (limit)
          limit.timer = setTimeout(
            () => limit.stop.abort(new Error(`it took longer than ${limit.seconds} s`)),
            1000 * limit.seconds,
          );
      }
      try {
        told(message);
      } catch (error) {
        stop.abort(error);
      }
    };
    try {
      signal?.throwIfAborted();
      await parallelMap<HandedJob<W>, Done<R>, WorkerShared<S>>(jobs, module, {
        workers,
        shared: { channel: channelName, shared },
        signal: stop.signal,
        signalOf: ({ id, timeLimit }) => {
          if (timeLimit === undefined) return undefined;
          const limit = { seconds: timeLimit, stop: new AbortController() };
          limits.set(id, limit);
          return limit.stop.signal;
        },
        onLost: (error, job) => {
          endTimer(job.id);
          lost(error.message.replace(/^parallelMap: /, ''), job);
        },
        onResult: (result, job) => {
          endTimer(job.id);
          done(result, job);
        },
      });
    } finally {
      signal?.removeEventListener('abort', abort);
      channel.close();
      for (const id of limits.keys()) endTimer(id);
    }
  },
});
