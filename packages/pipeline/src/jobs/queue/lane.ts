import type { Done } from '../done.js';
import type { Hands } from '../hands.js';
import type { HandedJob, Told } from '../job-worker.js';

/** A job that is not to be tried again: it hung, or ended two threads. */
export class GivenUp extends Error {}

/** One after the other, jobs for hands that go on from one to the next. */
export interface Lane<W, R> {
  busy: boolean;
  /** @throws GivenUp; what the job throws; the signal's reason. */
  do(job: HandedJob<W>, told: (told: Told) => void): Promise<Done<R>>;
  /** No other job comes. */
  close(): void;
}

interface Current<W, R> {
  job: HandedJob<W>;
  told(told: Told): void;
  resolve(done: Done<R>): void;
  reject(error: unknown): void;
}

/** Hands that start with the first job, and again after one that threw. */
export function openLane<W, R>(hands: Hands<W, R>, signal: AbortSignal): Lane<W, R> {
  let current: Current<W, R> | undefined;
  let push: ((job: HandedJob<W> | undefined) => void) | undefined;
  const end = (settle: (one: Current<W, R>) => void) => {
    const one = current;
    current = undefined;
    if (one) settle(one);
  };
  function start(): void {
    const waiting: (HandedJob<W> | undefined)[] = [];
    let wake = () => {};
    push = (job) => {
      waiting.push(job);
      wake();
    };
    async function* source(): AsyncGenerator<HandedJob<W>, void> {
      for (;;) {
        if (!waiting.length)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        const job = waiting.shift();
        if (!job) return;
        yield job;
      }
    }
    hands
      .work(
        source(),
        {
          told: (told) => current?.told(told),
          done: (done) => end(({ resolve }) => resolve(done)),
          lost: (sentence) => end(({ reject }) => reject(new GivenUp(sentence))),
        },
        signal,
      )
      .catch((error) => {
        push = undefined;
        end(({ reject }) => reject(error));
      });
  }
  return {
    get busy() {
      return current !== undefined;
    },
    do: (job, told) =>
      new Promise((resolve, reject) => {
        current = { job, told, resolve, reject };
        if (!push) start();
        push!(job);
      }),
    close: () => push?.(undefined),
  };
}
