import { availableParallelism } from 'node:os';
import { type EngineName, useBackend } from '@diff/backend';
import { Command, Option } from 'commander';
import { engineNames } from '../config/schema.js';
import { placeOf } from '../jobs/queue/redis.js';
import { serve } from '../jobs/queue/serve.js';
import type { TaskFinder } from '../jobs/queue/tasks.js';
import { tasksOfRuns } from '../run/queue-run.js';
import { interruptible } from '../terminal/interrupt.js';
import { UserError } from '../user-error.js';
import { filled, numberWithin, wholeNumber } from './option-values.js';

interface WorkerFlags {
  queue: string;
  engine?: EngineName[];
  concurrency?: number;
  once?: true;
  lock: number;
}

/** Seconds for which `--once` waits for a job. */
const ONCE = 60;

/** A program with jobs of its own, whose worker does them beside those of runs. */
export interface WorkerProgram {
  /** How it is called: `npm run reproduce --`. */
  name: string;
  /** What puts jobs on the queue: `figure4 --queue`. */
  source: string;
  /** The queue of its jobs for an engine; no run has one of that name. */
  kindOf(engine: EngineName): string;
  tasks(signal: AbortSignal): TaskFinder;
}

/** The command of a worker: of runs, and of another program's jobs too. */
export const workerCommand = (other?: WorkerProgram): Command => {
  const { name = 'diff-pipeline', source = 'train --queue' } = other ?? {};
  return new Command('worker')
    .summary(`does jobs of \`${source}\`, on this machine or another`)
    .description(
      'Takes jobs from a queue as long as it runs; it may come and go at any time. It needs the run folder and the data under the\n' +
        `paths that \`${source}\` was told. Stopped (SIGTERM, Ctrl-C) it gives back what it is at, and another goes on from the\n` +
        'last checkpoint. A password may stand in the address or in DIFF_QUEUE_PASSWORD.',
    )
    .requiredOption('--queue <redis://...>', `the address that \`${source}\` has`, filled)
    .addOption(
      new Option(
        '--engine <name>',
        'takes jobs of this engine; may be repeated; by default of the best there is here, and of wasm',
      )
        .choices(engineNames)
        .argParser((one: string, all: EngineName[] = []) => {
          const name = engineNames.find((known) => known === one);
          if (!name) throw new UserError(`--engine is ${one}, expected one of ${engineNames.join(', ')}`);
          return [...all, name];
        }),
    )
    .option(
      '--concurrency <n>',
      'jobs at the same time of each engine, but on a GPU; by default as many as cores',
      wholeNumber(1),
    )
    .option('--once', `does one job and ends, or ends after ${ONCE} s without one: for Slurm and the like`)
    .option(
      '--lock <seconds>',
      'without a sign of life for so long, its jobs go to another worker',
      numberWithin(1, 3600),
      30,
    )
    .addHelpText(
      'after',
      '\nExamples:\n' +
        `  ${name} worker --queue redis://head:6379\n` +
        `  ${name} worker --queue rediss://head:6380 --engine node-gpu --engine wasm --concurrency 4\n`,
    )
    .action((flags: WorkerFlags) => work(flags, other));
};

async function work(
  { queue, engine, concurrency = availableParallelism(), once, lock }: WorkerFlags,
  other: WorkerProgram | undefined,
): Promise<void> {
  const place = placeOf(queue);
  const engines = await startEngines(engine, concurrency);
  const say = (text: string) => console.error(text);
  say(`listens to ${place} for jobs of ${engines.join(' and ')}`);
  const others = other ? engines.map(other.kindOf) : [];
  const count = await interruptible((signal) => {
    const [ofRun, ofOther] = [tasksOfRuns(signal), other?.tasks(signal)];
    return serve({
      url: queue,
      kinds: engines.flatMap((name, i) =>
        [name, ...others.slice(i, i + 1)].map((kind) => ({
          kind,
          concurrency: isGpu(name) ? 1 : concurrency,
        })),
      ),
      taskOf: (message, kind) => (others.includes(kind) ? ofOther! : ofRun)(message, kind),
      ...{ signal, lock, say },
      ...(once && { once: ONCE }),
    });
  });
  say(`left after ${count} ${count === 1 ? 'job' : 'jobs'}`);
}

const isGpu = (name: EngineName) => name === 'node-gpu' || name === 'webgpu';

/** In the main thread too, without which a native engine crashes its process in the end. */
async function startEngines(asked: EngineName[] | undefined, concurrency: number): Promise<EngineName[]> {
  const threads = Math.max(1, Math.floor(availableParallelism() / concurrency));
  const started = new Set<EngineName>();
  const start = async (prefer?: EngineName) => {
    try {
      started.add((await useBackend({ prefer, threads })).name);
    } catch (error) {
      throw new UserError((error as Error).message.replace(/^useBackend: /, ''));
    }
  };
  for (const name of asked ?? [undefined, 'wasm' as const]) await start(name);
  return [...started];
}
