import { resolve } from 'node:path';
import { workerBeside } from '@diff/backend/parallel';
import {
  check,
  checkCallbacks,
  checkInteger,
  checkNumber,
  checkObject,
  checkOptions,
  checkSignal,
  checkString,
} from '@diff/checks';
import { type EpochRecord, sealJson } from '@diff/train';
import { writeAtomically } from '@diff/train/node';
import { stringify } from 'yaml';
import { checkConfig } from '../config/read-config.js';
import { armName, type Config } from '../config/schema.js';
import { type WorkKind, workKinds } from '../config/work-kinds.js';
import { type Log, openLog } from '../folder/log.js';
import type { RaterSkill, Results, RoundResult } from '../folder/results.js';
import { runFolder } from '../folder/run-folder.js';
import type { Done } from '../jobs/done.js';
import { type FolderLock, lockFolder } from '../jobs/lock-folder.js';
import type { Progress } from '../jobs/progress.js';
import { queueJobs } from '../jobs/queue/queue-jobs.js';
import { placeOf, withoutPassword } from '../jobs/queue/redis.js';
import { type DoJobsOptions, runJobs } from '../jobs/run-jobs.js';
import { writeReport } from '../report/report.js';
import { checkNetworks } from '../steps/check-networks.js';
import { loadData } from '../steps/load-data.js';
import { GUIDE, type InputShape } from '../steps/networks.js';
import { type Split, splitData } from '../steps/split-data.js';
import { UserError } from '../user-error.js';
import { explained } from './failures.js';
import { jobsOfRun, type RunJob, type TimeLimits } from './jobs-of-run.js';
import { compareWithPrevious, sweep } from './previous-run.js';
import { provenance } from './provenance.js';
import { writeQueuePlan } from './queue-plan.js';
import { seenImages } from './seen-images.js';
import { sharedOf } from './shared-of.js';
import { startEngine } from './start-engine.js';
import { smallBatches, warningsOf } from './warnings.js';

export interface RunOptions {
  /** Stops the run; it rejects with the signal's reason. Called again, it goes on. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Gets what the user should know, one sentence at a time. */
  say?: (text: string) => void;
  /** Threads that work side by side, but on a GPU. Default: as many as cores; one for large images on the engine `node`. */
  workers?: number;
  /**
   * Seconds after which a job of a kind is ended, since it hangs: `{ arm: 7200 }`. What does not need it is done all the same. Default: never.
   */
  timeLimits?: TimeLimits;
  /**
   * Address of Redis, `redis://host:6379` or `rediss://` with TLS: the jobs are done by `diff-pipeline worker`s that listen there and
   * share the folder. Needs `bullmq` and `ioredis`. Default: this process does them.
   */
  queue?: string;
  /** The command line, for the record. */
  command?: string;
}

/**
 * Does everything that a configuration asks for and keeps it in a folder: reads the data, splits it by patient, trains the
 * diagnosis networks, fits DF-GT, learns whom to trust, trains the segmentation networks, predicts and scores the test cases, writes a report. What the folder
 * holds already is not done again; a run that was stopped or killed goes on, to the same numbers. In a folder made under
 * other settings, what does not depend on them is kept and the rest is done again; so is what is damaged. No two runs work in the same
 * folder at the same time.
 *
 * @throws UserError, before any training, for data or settings that cannot be used, and where the folder holds a run on
 *   other data or another process works in it; when it cannot be written to; the signal's reason when aborted.
 */
export async function runPipeline(given: Config, root: string, options: RunOptions = {}): Promise<Results> {
  const who = 'runPipeline';
  checkObject(who, 'config', given, 'a configuration');
  checkString(who, 'folder', root);
  checkOptions(who, options, ['signal', 'onProgress', 'say', 'workers', 'timeLimits', 'queue', 'command']);
  checkSignal(who, options.signal);
  checkCallbacks(who, options, ['onProgress', 'say']);
  if (options.workers !== undefined) checkInteger(who, 'workers', options.workers, 1);
  const { onProgress, say, timeLimits = {}, queue, command: typed = '' } = options;
  if (queue !== undefined) checkString(who, 'queue', queue);

  checkOptions(`${who}: timeLimits`, timeLimits, workKinds);
  for (const [kind, limit] of Object.entries(timeLimits))
    if (limit !== undefined) checkNumber(who, `timeLimits.${kind}`, limit, 0, undefined, { open: true });
  check(typeof typed === 'string', who, 'command', typed, 'a text', 'other');
  const command = withoutPassword(typed);
  if (queue !== undefined) placeOf(queue);
  const asked = checkConfig(given);
  const started = Date.now();
  const folder = runFolder(root);
  let signal = options.signal;
  let lock: FolderLock | undefined;
  let log: Log | undefined;
  try {
    lock = await lockFolder(root);
    signal = AbortSignal.any([lock.lost, ...(options.signal ? [options.signal] : [])]);
    const data = await loadData(asked, {
      signal,
      onProgress: (done, total) =>
        onProgress?.({
          step: 'read',
          done,
          total,
          unit: 'cases',
          seconds: (Date.now() - started) / 1000,
          running: [],
        }),
    });
    const splits = splitData(data.dataset, asked, data.unoutlined.entries);
    const { engine, workers, versions } = await startEngine(asked, options.workers, {
      elsewhere: queue !== undefined,
    });
    const config = { ...asked, engine: engine.name };
    const shared = sharedOf(config, root, data);
    const fewest = Math.min(...splits.map(({ train }) => train.length));
    for (const text of smallBatches(config, fewest)) say?.(text);
    checkNetworksOf(config, shared.input, shared.raters.length);

    const record = { hash: data.hash, ...data.summary };
    const { changes, damaged } = await compareWithPrevious(folder, config, record);
    for (const sentence of damaged) say?.(`${sentence}; it is written again`);
    if (changes.length) say?.(`what depends on it is done again: ${changes.join('; ')}`);
    // Workers of a queue may still be writing.
    if (queue === undefined) await sweep(folder);
    await writeAtomically(folder.config, Buffer.from(stringify(config)));
    await writeAtomically(folder.data, await sealJson(record));
    log = openLog(folder.log);
    const { passedOver: _, ...used } = engine;
    log('start', { command, engine: used, dataHash: data.hash, cases: data.cases.length, changes });
    for (const problem of data.summary.description.problems) log('problem', problem);

    const { structures, raters } = data.summary;
    const basis = { data: data.hash, structures, raters };
    const engineOf = (kind: WorkKind) => {
      const name = config.engines?.[kind] ?? engine.name;
      return { name, version: versions[name] ?? null };
    };
    const jobs = jobsOfRun({ config, splits, folder, structures, basis, engineOf }).map((job): RunJob => {
      const timeLimit = timeLimits[job.work.kind];
      return timeLimit === undefined ? job : { ...job, timeLimit };
    });
    const again: string[] = [];
    const hearing: DoJobsOptions = {
      signal,
      started,
      onProgress,
      onDamage: (job, sentence) => {
        log!('damaged', { job, sentence });
        again.push(sentence);
      },
      onStart: (count) => {
        log!('jobs', count);
        if (again.length) say?.(`${again[0]}${andMore(again.length - 1)}; what is damaged is done again`);
      },
      onJob: (job, state, seconds) => log!('job', { job, state, seconds }),
      onNews: (job, epoch) => log!('epoch', { job, ...epoch }),
    };
    let done: Map<string, Done>;
    if (queue === undefined)
      done = await runJobs(jobs, workerBeside(import.meta.url, 'worker'), { workers, shared, ...hearing });
    else {
      await writeQueuePlan(folder, jobs, { config, dataHash: data.hash, engines: versions });
      done = await queueJobs(jobs, {
        ...{ url: queue, run: resolve(root), say, ...hearing },
        kindOf: (job) => (job as RunJob).engine!,
        workerFor: (engine) => `diff-pipeline worker --engine ${engine}`,
      });
      await sweep(folder);
    }

    const seen = seenImages(splits, [...data.cases, ...data.unoutlined.cases]);
    const rounds = splits.map((split, i) => ({ ...roundResult(split, jobs, done), seen: seen[i]! }));
    const results: Results = {
      format: 1,
      config,
      provenance: provenance(engine, {
        command,
        // Those of a queue come and go.
        ...(queue === undefined && { workers }),
        dataHash: data.hash,
        started: new Date(started).toISOString(),
        finished: new Date().toISOString(),
      }),
      data: data.summary,
      rounds,
      warnings: warningsOf({ config, rounds }),
    };
    await writeAtomically(folder.results, await sealJson(results));
    await writeReport(root);
    log('end', { seconds: (Date.now() - started) / 1000 });
    return results;
  } catch (error) {
    const reason = signal?.aborted ? signal.reason : explained(error, root);
    try {
      log?.(signal?.aborted ? 'stopped' : 'failed', { message: (reason as Error).message });
    } catch {
      // It may be the disk that failed.
    }
    throw reason;
  } finally {
    await lock?.release();
  }
}

const andMore = (count: number) =>
  count ? `, and so ${count === 1 ? 'is one more' : `are ${count} more`}` : '';

function checkNetworksOf(config: Config, input: InputShape, raters: number): void {
  try {
    checkNetworks(config, input, raters);
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(error.message);
    throw error;
  }
}

function roundResult(
  { round, seed, train, validation, test, diagnosed }: Split,
  jobs: readonly RunJob[],
  done: ReadonlyMap<string, Done>,
): Omit<RoundResult, 'seen'> {
  const training: RoundResult['training'] = {};
  const seconds: RoundResult['seconds'] = {};
  let scored: unknown;
  let shared: unknown;
  const skills: RoundResult['skills'] = {};
  for (const { id, step, work } of jobs.filter((job) => job.round === round)) {
    const { result, seconds: taken } = done.get(id)!;
    seconds[step] = (seconds[step] ?? 0) + taken;
    if (work.kind === 'judge') training[work.name] = result as EpochRecord[];
    if (work.kind === 'guide') training[GUIDE] = result as EpochRecord[];
    if (work.kind === 'arm') training[armName(work.arm)] = result as EpochRecord[];
    if (work.kind === 'shared') shared = result;
    if (work.kind === 'train fusion') training[work.label] = result as EpochRecord[];
    if (work.kind === 'fuse by network') skills[work.label] = result as RaterSkill[];
    if (work.kind === 'score') scored = result;
  }
  return {
    ...{ round, seed, train, validation, test, training, seconds },
    ...(training[GUIDE] && { diagnosed }),
    shared: shared as RoundResult['shared'],
    ...(Object.keys(skills).length && { skills }),
    ...(scored as Pick<RoundResult, 'worth' | 'cases' | 'empty'>),
  };
}
