import type { Queue, QueueEvents } from 'bullmq';
import { queueName } from './message.js';
import type { Connected } from './redis.js';

/** What happens to jobs, by their id on the queue. */
export interface QueueListener {
  /** It may have ended, or is in other hands. */
  changed(id: string): void;
  progress(id: string, data: unknown): void;
}

/** The queues of a run, each opened when it is first asked for. */
export function openQueues({ bull, redis }: Connected, { changed, progress }: QueueListener) {
  const opened = new Map<string, Promise<Queue>>();
  const events: QueueEvents[] = [];
  const quiet = () => {};
  async function open(name: string): Promise<Queue> {
    const queue = new bull.Queue(name, { connection: redis });
    const heard = new bull.QueueEvents(name, { connection: redis.duplicate() });
    events.push(heard);
    // The connection itself tells that Redis is away.
    queue.on('error', quiet);
    heard.on('error', quiet);
    heard.on('completed', ({ jobId }) => changed(jobId));
    heard.on('failed', ({ jobId }) => changed(jobId));
    heard.on('progress', ({ jobId, data }) => progress(jobId, data));
    await heard.waitUntilReady();
    return queue;
  }
  return {
    of(kind: string): Promise<Queue> {
      const name = queueName(kind);
      const queue = opened.get(name) ?? open(name);
      opened.set(name, queue);
      return queue;
    },
    kinds: () => [...opened.keys()].map((name) => name.replace(/^diff-/, '')),
    async close(): Promise<void> {
      const queues = await Promise.all(opened.values());
      await Promise.all([...events, ...queues].map((one) => one.close().catch(quiet)));
    },
  };
}
