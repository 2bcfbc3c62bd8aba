import { check, checkNumber, checkObject, checkString } from '@diff/checks';

/** One piece of work: what its result depends on, what must be there before, and the file that says that it is done. */
export interface Job<W = unknown> {
  /** Unique among the jobs that are done together. */
  id: string;
  work: W;
  /** What decides the result, as JSON: settings, or a hash of them. */
  key: unknown;
  /** Path of the file that its worker writes when everything else is written: a `Done`. */
  marker: string;
  /** Paths of the files that it leaves beside the marker. Default: none. */
  outputs?: readonly string[];
  /** Ids of the jobs whose outputs it needs. Default: none. */
  after?: readonly string[];
  /** What it is a part of, for people. */
  step: string;
  /** How much there is to do, in `unit`. */
  size: number;
  unit: string;
  /** Seconds after which it is ended: it hangs. Default: never. */
  timeLimit?: number;
  /** How long one unit takes, compared with those of other jobs: it serves to guess the time left. */
  cost: number;
}

/** Jobs, of which a function needs these fields. */
export function checkJobs(who: string, jobs: unknown, needed: readonly (keyof Job)[]): void {
  check(Array.isArray(jobs), who, 'jobs', jobs, 'an array of jobs', 'other');
  const list = jobs as unknown[];
  for (let i = 0; i < list.length; i++) checkJob(who, `jobs[${i}]`, list[i], needed);
}

export function checkJob(who: string, what: string, job: unknown, needed: readonly (keyof Job)[]): void {
  checkObject(who, what, job, 'a job');
  for (const name of needed) {
    if (name === 'size' || name === 'cost') checkNumber(who, `${what}.${name}`, job[name], 0);
    else checkString(who, `${what}.${name}`, job[name]);
  }
}
