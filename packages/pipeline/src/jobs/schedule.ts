import { checkInteger } from '@diff/checks';
import { checkJobs } from './job.js';

/** What waits for what. */
export interface Waiting {
  id: string;
  after?: readonly string[];
}

/**
 * Hands out jobs, at most `limit` at a time, each once all that it waits for is finished; of several, the first in the
 * list. For `parallelMap`, which takes its items from here as workers come free.
 */
export function schedule<J extends Waiting>(jobs: readonly J[], finished: Iterable<string>, limit: number) {
  checkJobs('schedule', jobs, ['id']);
  checkInteger('schedule', 'limit', limit, 1);
  const waiting = [...jobs];
  const done = new Set(finished);
  let running = 0;
  let wake = () => {};
  async function* ready(): AsyncGenerator<J, void> {
    while (waiting.length) {
      const next = waiting.findIndex(({ after = [] }) => after.every((id) => done.has(id)));
      if (next >= 0 && running < limit) {
        running++;
        yield waiting.splice(next, 1)[0]!;
        continue;
      }
      if (!running) throw new Error(`schedule: ${waiting[0]!.id} waits for a job that is not there`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return {
    ready: ready(),
    finish(id: string): void {
      done.add(id);
      running--;
      wake();
    },
    /** It came to nothing: so do those that wait for it, whose ids are given back. */
    lose(id: string): string[] {
      running--;
      const lost = new Set([id]);
      for (let k = 0; k < waiting.length; ) {
        const job = waiting[k]!;
        if (job.after?.some((one) => lost.has(one))) {
          lost.add(job.id);
          waiting.splice(k, 1);
          // One before it in the list may wait for it.
          k = 0;
        } else k++;
      }
      wake();
      lost.delete(id);
      return [...lost];
    },
  };
}
