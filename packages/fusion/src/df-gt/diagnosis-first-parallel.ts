// Optional: only this entry point needs it, for its worker threads.
import { parallelMap, workerBeside } from '@diff/backend/parallel';
import { check, checkCallbacks, checkInteger, checkOptions, checkSignal, checkString } from '@diff/checks';
import type { DiagnosedCase } from './case-batch.js';
import type { DiagnosisFirstResult } from './diagnosis-first.js';
import { type CaseSource, type DiagnosisFirstAllOptions, diagnosisFirstAll } from './diagnosis-first-all.js';
import { fileCache } from './file-cache.js';

/**
 * What a worker module's default export returns: options as for `diagnosisFirstAll`, made in each thread, since neither
 * networks nor maps can pass between threads. It must start its thread's engine and set `id`.
 */
export type MakeOptions<S = unknown> = (
  shared: S,
) => Promise<Omit<DiagnosisFirstAllOptions, 'cache' | 'onProgress' | 'signal'> & { id: string }>;

/** What our own worker gets, once. */
export interface WorkerSettings<S = unknown> {
  module: string;
  shared: S;
  folder: string;
  names: { raters?: readonly string[]; structures?: readonly string[] };
}

export interface DiagnosisFirstParallelOptions<S> {
  /** A module (file: URL) whose default export is a `MakeOptions`. */
  module: URL;
  /** What it gets: the networks' weights (`shareTensors` of `@diff/backend/parallel`) and settings. */
  shared?: S;
  /** Where the fused cases go; what is there already is not fused again. */
  folder: string;
  /** Threads, each with an engine of its own. Default: as many as cores. */
  workers?: number;
  /** Cases a thread takes at once. Default: 16. */
  batchSize?: number;
  /** Called after every batch, with the cases done. */
  onProgress?: (progress: { done: number; total?: number }) => void;
  signal?: AbortSignal;
}

const names = [
  'module',
  'shared',
  'folder',
  'workers',
  'batchSize',
  'onProgress',
  'signal',
] as const satisfies readonly (keyof DiagnosisFirstParallelOptions<unknown>)[];

/**
 * `diagnosisFirstAll` on every core: fuses the cases in worker threads into a folder, and yields each with its result, in
 * order, read back from there. Results are those of `diagnosisFirstAll`. A run that was stopped or killed goes on from
 * the folder; at most the running batches are lost.
 */
export async function* diagnosisFirstParallel<C extends DiagnosedCase, S>(
  source: readonly C[] | Extract<CaseSource<C>, { cases(): unknown }>,
  options: DiagnosisFirstParallelOptions<S>,
): AsyncGenerator<{ case: C; result: DiagnosisFirstResult }, void> {
  checkOptions('diagnosisFirstParallel', options, names);
  const who = 'diagnosisFirstParallel';
  const { module, shared, folder, workers, batchSize = 16, onProgress, signal } = options ?? {};
  check(module instanceof URL, who, 'module', module, 'a URL', 'other');
  checkString(who, 'folder', folder);
  if (workers !== undefined) checkInteger(who, 'workers', workers, 1);
  checkInteger(who, 'batchSize', batchSize, 1);
  checkCallbacks(who, options, ['onProgress']);
  checkSignal(who, signal);
  const twice = Array.isArray(source) || typeof (source as { cases?: unknown } | null)?.cases === 'function';
  check(twice, who, 'source', source, 'an array or a dataset, since it is read twice', 'other');
  const named = 'cases' in source ? { raters: source.raters, structures: source.structures } : {};
  const settings: WorkerSettings<S> = { module: module.href, shared: shared as S, folder, names: named };
  const total = source.length;
  await parallelMap(batches(source, batchSize), workerBeside(import.meta.url, 'diagnosis-first-worker'), {
    workers,
    shared: settings,
    signal,
    name: (batch) => `cases ${batch.map(({ id }) => id).join(', ')}`,
    onProgress: ({ done }) => onProgress?.({ done: Math.min(done * batchSize, total ?? Infinity), total }),
  });
  const { default: make } = (await import(module.href)) as { default: MakeOptions<S> };
  yield* diagnosisFirstAll(source, {
    ...named,
    ...(await make(shared as S)),
    cache: fileCache(folder),
    signal,
  });
}

async function* batches<C extends DiagnosedCase>(source: CaseSource<C>, size: number): AsyncGenerator<C[]> {
  let batch: C[] = [];
  for await (const one of 'cases' in source ? source.cases() : source) {
    batch.push(one);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length) yield batch;
}
