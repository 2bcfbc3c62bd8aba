import { checkCallbacks, checkNumber, checkObject, checkOptions, checkString } from '@diff/checks';
import { duration } from '../terminal/duration.js';
import { checkJobs, type Job } from './job.js';

/** How far jobs are. */
export interface Progress {
  /** What was done last. */
  step: string;
  /** Of that step, over all rounds, in `unit`. */
  done: number;
  total: number;
  unit: string;
  /** Since the run was started. */
  seconds: number;
  /** Seconds until everything is done, once enough was measured to say so. */
  left?: number;
  /** Jobs that were begun and are not done, and how much of each. */
  running: { id: string; done: number; size: number; unit: string }[];
}

/** What must have been measured before the time left is told: seconds, and a share of all that was to do. */
const MEASURED = { seconds: 10, share: 0.02 };

export interface TrackerOptions {
  /** When the whole began. Default: now. */
  started?: number;
  /** The clock, in milliseconds. Default: `Date.now`. */
  now?: () => number;
}

/** What is counted of a job. */
export type Tracked = Pick<Job, 'id' | 'step' | 'size' | 'unit' | 'cost'>;

/** Knows how far jobs are, and guesses how long they will yet take. */
export function tracker(jobs: readonly Tracked[], options: TrackerOptions = {}) {
  checkJobs('tracker', jobs, ['id', 'step', 'size', 'unit', 'cost']);
  checkOptions('tracker', options, ['started', 'now']);
  checkCallbacks('tracker', options, ['now']);
  const { now = Date.now } = options;
  const { started = now() } = options;
  checkNumber('tracker', 'started', started);
  const done = new Map<string, number>();
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const sum = (some: readonly Tracked[], of: (job: Tracked) => number) =>
    some.reduce((total, job) => total + of(job), 0);
  const doneOf = ({ id }: Tracked) => done.get(id) ?? 0;
  const all = sum(jobs, ({ size, cost }) => size * cost);
  const finishedSoFar = () => sum(jobs, (job) => doneOf(job) * job.cost);
  const running = new Set<string>();
  let atStart = 0;
  let startedJobs: number | undefined;
  return {
    /** Takes note of a job that was done before. */
    skip({ id, size }: Tracked): void {
      done.set(id, size);
    },
    /** Counts from the first call how fast it goes. */
    start(): void {
      if (startedJobs !== undefined) return;
      atStart = finishedSoFar();
      startedJobs = now();
    },
    /** Takes note of a job that is begun. */
    begin(id: string): void {
      running.add(id);
    },
    update(id: string, amount: number): Progress {
      const job = byId.get(id)!;
      // What a resumed training had behind it was not done in this session.
      if (!done.has(id) && amount < job.size) atStart += Math.max(0, amount - 1) * job.cost;
      done.set(id, amount);
      if (amount < job.size) running.add(id);
      else running.delete(id);
      const same = jobs.filter(({ step }) => step === job.step);
      const finished = finishedSoFar();
      const elapsed = (now() - (startedJobs ?? started)) / 1000;
      const measured = finished - atStart >= MEASURED.share * (all - atStart) && elapsed >= MEASURED.seconds;
      const rate = (finished - atStart) / elapsed;
      return {
        step: job.step,
        done: sum(same, doneOf),
        total: sum(same, ({ size }) => size),
        unit: job.unit,
        seconds: (now() - started) / 1000,
        left: measured && rate > 0 ? (all - finished) / rate : undefined,
        running: [...running].map((one) => {
          const { size, unit } = byId.get(one)!;
          return { id: one, done: done.get(one) ?? 0, size, unit };
        }),
      };
    },
  };
}

/** `DF-GT: 96 of 144 cases, 1 min 05 s, about 2 min 10 s left`. */
export function sentence(progress: Omit<Progress, 'running'>): string {
  const who = 'sentence';
  checkObject(who, 'progress', progress);
  const { step, done, total, unit, seconds, left } = progress;
  checkString(who, 'progress.step', step);
  checkString(who, 'progress.unit', unit);
  for (const [name, value] of Object.entries({ done, total, seconds }))
    checkNumber(who, `progress.${name}`, value, 0);
  if (left !== undefined) checkNumber(who, 'progress.left', left);
  const time = left === undefined || left < 0.1 ? '' : `, about ${duration(left)} left`;
  return `${step}: ${Math.floor(done)} of ${total} ${unit}, ${duration(seconds)}${time}`;
}
