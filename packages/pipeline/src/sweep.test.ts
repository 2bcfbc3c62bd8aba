import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerBeside } from '@diff/backend/parallel';
import { type Swept, sweep } from '@diff/checks/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinySettings } from './fixtures/tiny.js';
import * as pipeline from './index.js';
import * as jobs from './jobs/index.js';
import { writeReport } from './report/index.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diff-sweep-'));
});
afterAll(() => rm(folder, { recursive: true, maxRetries: 3 }));
/** Any name lies in the folder, so that nothing is written elsewhere. */
const at = (path: unknown) => (path && typeof path === 'string' ? join(folder, path) : path) as string;

/** What the user can put right is told in a sentence, or by the file that is not there. */
const told =
  (run: (...args: never[]) => unknown) =>
  async (...args: never[]) => {
    try {
      return typeof (await run(...args));
    } catch (error) {
      const { name, code, message } = error as NodeJS.ErrnoException;
      if (
        (name === 'UserError' && message.length < 2000) ||
        /^(ENOENT|ENOTDIR|ENAMETOOLONG)$/.test(code ?? '') ||
        message.startsWith('there is no ')
      )
        return 'object';
      throw error;
    }
  };
const anyText = (place: string, hostile: string) =>
  /name$|toString|__proto__|a long string/.test(hostile) || (place === '' && hostile === '');

type Case = Pick<Swept, 'args' | 'run'> & Partial<Swept>;
const source = { file: 'none.yaml', set: ['fusion.iterations=3'] };
const reading = (read: (given: never) => unknown): Case => ({
  args: { source },
  run: told((given: typeof source) =>
    read((given?.file ? { ...given, file: at(given.file) } : given) as never),
  ) as Swept['run'],
  documented: (place, hostile) =>
    anyText(place, hostile) || /^source\.set\[/.test(place) || (place === 'source.set' && hostile === '[]'),
});
const job = {
  id: 'a',
  work: 1,
  key: 1,
  marker: 'a.json',
  outputs: [],
  after: [],
  step: 's',
  size: 1,
  unit: 'u',
  cost: 1,
};
const placed = (one: typeof job) =>
  (one && typeof one === 'object' && 'marker' in one ? { ...one, marker: at(one.marker) } : one) as never;
/** What `runJobs` and `queueJobs` tell, and when. */
const hearing = {
  signal: new AbortController().signal,
  onProgress: () => {},
  onStart: () => {},
  onJob: () => {},
  onNews: () => {},
  onDamage: () => {},
  started: 1,
  now: () => 1,
};

const ofJob: Partial<Swept> = {
  opaque: [
    'job.key',
    'job.outputs',
    'jobs[0].work',
    'jobs[0].key',
    'jobs[0].outputs',
    'jobs[0].after',
    'options.shared',
    'options.signal',
  ],
};
const entries = [0, 0, 1, 1].map((diagnosis, i) => ({ id: `${i}`, annotated: {}, diagnosis }));

const functions: Record<string, Case> = {
  checkConfig: {
    args: { settings: tinySettings, name: 'a' },
    run: told(pipeline.checkConfig),
    // Of settings a UserError tells, a sentence for each.
    documented: (place, hostile) => place.startsWith('settings') || anyText(place, hostile),
    required: [],
  },
  readConfig: reading(pipeline.readConfig as never),
  readSettings: reading(pipeline.readSettings as never),
  runFolder: { args: { root: 'a' }, run: pipeline.runFolder as Swept['run'], documented: anyText },
  roundFolder: { args: { root: 'a' }, run: pipeline.roundFolder as Swept['run'], documented: anyText },
  fromRun: {
    args: { run: 'a', options: { round: 0, arm: 'T&G', judge: 'Baseline-Dia', engine: 'cpu' } },
    run: told((run: string, options: never) => pipeline.fromRun(at(run), options)) as Swept['run'],
    documented: anyText,
  },
  planRun: {
    args: { settings: { data: { cases: 8, size: 16 } }, name: 'a' },
    run: told(pipeline.planRun),
    required: ['settings'],
    documented: (place, hostile) => place.startsWith('settings') || anyText(place, hostile),
  },
  runPipeline: {
    args: {
      config: {},
      folder: 'run',
      options: {
        signal: undefined,
        onProgress: () => {},
        say: () => {},
        workers: 1,
        timeLimits: { arm: 60 },
        queue: 'redis://127.0.0.1:1',
        command: 'a',
      },
    },
    run: told(async (config: pipeline.Config, root: string, options: object) => {
      // Stopped before any work: what is looked at comes first.
      const stopped = AbortSignal.abort(new pipeline.UserError('stopped'));
      const isObject = options && Object.getPrototypeOf(options) === Object.prototype;
      await pipeline.runPipeline(
        config,
        at(root),
        options === undefined || isObject ? { ...options, signal: stopped } : options,
      );
    }) as Swept['run'],
    required: ['config', 'folder'],
    opaque: ['options.signal'],
    documented: (place, hostile) =>
      place.startsWith('config.') ||
      (place === 'options.command' && hostile === '""') ||
      (place === 'config' && hostile.startsWith('an option')) ||
      anyText(place, hostile),
  },
  timeOfCase: {
    args: { options: { size: 16, structures: 1, width: 2, depth: 18, batchSize: 2 } },
    // A case is not timed here: only that whatever is wrong is found before it is.
    run: (options: pipeline.CaseToTime) => {
      if (
        options &&
        Object.keys(options).length === 5 &&
        Object.values(options).every((n) => Number.isInteger(n) && n > 0)
      )
        return 1;
      return pipeline.timeOfCase(options);
    },
    required: [
      'options',
      ...['size', 'structures', 'width', 'depth', 'batchSize'].map((name) => `options.${name}`),
    ],
  },
  checkClasses: {
    args: { entries, which: 'the cases', least: 1 },
    run: told(pipeline.checkClasses),
    opaque: ['entries[0]', 'entries[1]'],
    documented: (place, hostile) => anyText(place, hostile) || (place === 'entries' && hostile === '[]'),
  },
  doneBefore: {
    args: { job, onDamage: () => {} },
    run: told((one: typeof job, onDamage: () => void) =>
      jobs.doneBefore(placed(one), onDamage),
    ) as Swept['run'],
    required: ['job', 'job.marker'],
    documented: (place, hostile) =>
      /^job\.(id|work|step|size|unit|cost|after)/.test(place) ||
      anyText(place, hostile) ||
      hostile.startsWith('an option'),
    ...ofJob,
  },
  markDone: {
    args: { job, work: async () => 1 },
    run: told((one: typeof job, work: never) => jobs.markDone(placed(one), work)) as Swept['run'],
    required: ['job', 'job.marker', 'work'],
    documented: (place, hostile) =>
      /^job\.(id|work|step|size|unit|cost|after)/.test(place) ||
      anyText(place, hostile) ||
      hostile.startsWith('an option'),
    ...ofJob,
  },
  jobWorker: {
    args: { options: { setup: () => {}, work: async () => 1 } },
    run: (options: never) => typeof jobs.jobWorker(options),
    required: ['options', 'options.work'],
  },
  lockFolder: {
    args: { folder: 'lock' },
    run: told(async (path: string) => (await jobs.lockFolder(at(path))).release()) as Swept['run'],
    documented: anyText,
  },
  sentence: {
    args: { progress: { step: 'a', done: 1, total: 2, unit: 'u', seconds: 3, left: 4 } },
    run: jobs.sentence as Swept['run'],
    required: ['progress', ...['step', 'done', 'total', 'unit', 'seconds'].map((name) => `progress.${name}`)],
    documented: (place, hostile) => anyText(place, hostile) || hostile.startsWith('an option'),
  },
  tracker: {
    args: { jobs: [job], options: { started: 0, now: () => 0 } },
    run: (...args: Parameters<typeof jobs.tracker>) => typeof jobs.tracker(...args),
    required: ['jobs', 'jobs[0]', ...['id', 'step', 'size', 'unit', 'cost'].map((name) => `jobs[0].${name}`)],
    documented: (place, hostile) =>
      /^jobs\[0\]\.(marker|after)/.test(place) ||
      anyText(place, hostile) ||
      (place === 'jobs[0]' && hostile.startsWith('an option')) ||
      (place === 'jobs' && hostile === '[]'),
    ...ofJob,
  },
  schedule: {
    args: { jobs: [job], finished: new Set(), limit: 1 },
    run: (...args: Parameters<typeof jobs.schedule>) => typeof jobs.schedule(...args),
    required: ['jobs', 'finished', 'limit', 'jobs[0]', 'jobs[0].id'],
    documented: (place, hostile) =>
      /^jobs\[0\]\./.test(place) ||
      (place === 'jobs[0]' && hostile.startsWith('an option')) ||
      (place === 'jobs' && hostile === '[]'),
    ...ofJob,
    opaque: [...ofJob.opaque!, 'finished'],
  },
  runJobs: {
    args: {
      jobs: [],
      module: workerBeside(import.meta.url, 'jobs/fixtures/counting-worker'),
      options: {
        workers: 1,
        shared: 1,
        ...hearing,
      },
    },
    run: jobs.runJobs as Swept['run'],
    required: ['jobs', 'module', 'options', 'options.workers'],
    documented: (place, hostile) => place === 'jobs' && (hostile === '[]' || hostile === 'sparse array'),
    ...ofJob,
  },
  queueJobs: {
    args: {
      jobs: [],
      options: {
        url: 'redis://127.0.0.1:1',
        run: '/run',
        kindOf: () => 'wasm',
        workerFor: () => 'worker',
        say: () => {},
        ...hearing,
      },
    },
    run: told(jobs.queueJobs) as Swept['run'],
    required: ['jobs', 'options', ...['url', 'run', 'kindOf', 'workerFor'].map((name) => `options.${name}`)],
    documented: (place, hostile) =>
      (place === 'jobs' && (hostile === '[]' || hostile === 'sparse array')) ||
      (place === 'options.url' && anyText(place, hostile)),
    ...ofJob,
  },
  tasksOf: {
    args: { open: async () => undefined },
    run: (open: never) => typeof jobs.tasksOf(open),
    required: ['open'],
  },
  writeReport: {
    args: { folder: 'none', out: 'none.html' },
    run: told((root: string, out: string) => writeReport(at(root), at(out))) as Swept['run'],
    required: ['folder'],
    documented: anyText,
  },
};
/** What takes what another function made, and what has no arguments. */
const made = ['UserError', 'Unfit', 'segmentationLosses', 'summary', 'estimateTime', 'armName'];

describe('every public function, with hostile values in place of each argument and option', () => {
  it('is swept', () => {
    const names = Object.keys({ ...pipeline, ...jobs, writeReport });
    expect([...Object.keys(functions), ...made].sort()).toEqual(names.sort());
  });

  it.each(Object.entries(functions))('%s', async (name, swept) => {
    expect(await sweep({ name, ...swept })).toEqual([]);
  });
});
