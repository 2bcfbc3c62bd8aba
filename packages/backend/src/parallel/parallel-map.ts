import { availableParallelism } from 'node:os';
import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkCallbacks, checkInteger, checkOptions, checkSignal, show } from '@diff/checks';
// Keeps worker threads, replaces one that dies and says which task died with it; no dependencies.
import { Piscina } from 'piscina';

export interface ParallelMapOptions<T, S = unknown, R = unknown> {
  /** How many worker threads. Default: as many as there are cores. */
  workers?: number;
  /**
   * What every worker gets once, as the argument of `setup` and in each item's context. It is copied as
   * `structuredClone` copies, save for what lies in a `SharedArrayBuffer` (see `shareTensors`), which is shared.
   */
  shared?: S;
  /** Stops the work: the workers are ended at once, and the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called after each item; `total` is undefined where `items` does not tell its length. */
  onProgress?: (progress: { done: number; total: number | undefined }) => void;
  /** Called with each result as soon as it is there, in the order in which they come. */
  onResult?: (result: R, item: T, index: number) => void;
  /** Ends the worker of one item alone, where it aborts. */
  signalOf?: (item: T, index: number) => AbortSignal | undefined;
  /**
   * Called where an item ended its worker twice, or its own signal ended it; its result is then `undefined`, and the other items go
   * on. Default: the work stops.
   */
  onLost?: (error: Error, item: T, index: number) => void;
  /** What to call an item in an error; by default its `id`, or `item` and its index. */
  name?: (item: T, index: number) => string;
}

/** What a worker module's default export gets beside the item. */
export interface WorkerContext<S = unknown> {
  /** The item's place among the items. */
  index: number;
  shared: S;
}

type Answer<R> = { value: R } | { error: Error };

/**
 * Maps items to results on every core: `results[i]` is what the default export of `workerModule` returned, or its
 * promise resolved to, for `items[i]`, whichever worker took it and whenever it was done.
 *
 * The module (a `file:` URL or an absolute path; TypeScript too where tsx is installed) runs once in each worker thread,
 * which has an engine, and memory, of its own: it exports `default (item, { index, shared }) => result` and may export `setup(shared)`, awaited before the
 * worker's first item, to start its engine and build its model. Items and results are copied between threads.
 * At most twice as many items as workers are drawn from `items` (an array, or any iterable or async iterable)
 * before their results are there. For Node.
 *
 * An item whose worker dies under it is tried once more, in a new worker.
 *
 * @throws TypeError or RangeError for an argument that makes no sense; Error, naming the item, when the module throws
 * for it, or a worker died under it twice; the signal's reason when that aborts.
 */
export async function parallelMap<T, R, S = unknown>(
  items: Iterable<T> | AsyncIterable<T>,
  workerModule: string | URL,
  options: ParallelMapOptions<T, S, R> = {},
): Promise<R[]> {
  checkOptions('parallelMap', options, OPTIONS);
  const { workers = availableParallelism(), shared, signal, onProgress, onResult, onLost } = options;
  checkInteger('parallelMap', 'workers', workers, 1);
  checkCallbacks('parallelMap', options, ['onProgress', 'onResult', 'name', 'signalOf', 'onLost']);
  checkSignal('parallelMap', signal);
  const module = moduleUrl(workerModule);
  const source = iterate(items);
  const total = lengthOf(items);
  const name = options.name ?? nameOf;
  signal?.throwIfAborted();

  const pool = new Piscina({
    filename: fileURLToPath(new URL('./parallel-worker.mjs', import.meta.url)),
    workerData: { module, shared },
    minThreads: workers,
    maxThreads: workers,
    // Otherwise a worker sleeps between items, and what its engine does in the background with it.
    atomics: 'disabled',
  });
  // A worker that dies between two items takes none with it, and is replaced.
  pool.on('error', () => {});

  // Aborts at the first failure, or with the caller's signal; `stopped` is the same as a promise, to race with.
  const stop = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason));
  });
  stopped.catch(() => {});
  const abort = () => stop.abort(signal!.reason);
  signal?.addEventListener('abort', abort);

  const compute = async (item: T, index: number): Promise<R> => {
    const own = options.signalOf?.(item, index);
    const attempt = (): Promise<Answer<R>> => pool.run({ item, index }, own && { signal: own });
    const again = (error: Error) =>
      stop.signal.aborted || own?.aborted || notCloneable(error) ? Promise.reject(error) : attempt();
    const answer = await attempt()
      .catch(again)
      .catch((error: Error) => {
        if (own?.aborted) throw new Lost(`parallelMap: ${name(item, index)}: ${messageOf(own.reason)}`);
        const text = `parallelMap: ${name(item, index)}`;
        if (notCloneable(error))
          throw new Error(`${text} cannot pass to a worker: ${error.message}`, { cause: error });
        throw new Lost(`${text} ended its worker twice: ${error.message}`, { cause: error });
      });
    if ('value' in answer) return answer.value;
    throw new Error(`parallelMap: ${name(item, index)}: ${answer.error.message}`, { cause: answer.error });
  };

  const results: R[] = [];
  const running = new Set<Promise<void>>();
  let done = 0;
  try {
    for (let index = 0; ; index++) {
      const next = await Promise.race([source.next(), stopped]);
      if (next.done) break;
      const task = compute(next.value, index)
        .then((result) => {
          results[index] = result;
          onResult?.(result, next.value, index);
          onProgress?.({ done: ++done, total });
        })
        .catch((error) => {
          if (!onLost || stop.signal.aborted || !(error instanceof Lost)) throw error;
          onLost(error, next.value, index);
        })
        .catch((error) => stop.abort(error))
        .finally(() => running.delete(task));
      running.add(task);
      if (running.size >= 2 * workers) await Promise.race([...running, stopped]);
    }
    await Promise.race([Promise.all(running), stopped]);
    stop.signal.throwIfAborted();
    return results;
  } finally {
    signal?.removeEventListener('abort', abort);
    stop.abort();
    await pool.destroy();
    // Not awaited: a generator returns only after what it is waiting for, which may be never.
    Promise.resolve(source.return?.()).catch(() => {});
  }
}

const OPTIONS = [
  'workers',
  'shared',
  'signal',
  'onProgress',
  'onResult',
  'signalOf',
  'onLost',
  'name',
] as const satisfies readonly (keyof ParallelMapOptions<unknown>)[];

/** An item took its worker with it, or its worker was ended for it. */
class Lost extends Error {}

const messageOf = (reason: unknown) => (reason instanceof Error ? reason.message : String(reason));

function moduleUrl(workerModule: string | URL): string {
  if (workerModule instanceof URL) return workerModule.href;
  if (typeof workerModule === 'string') {
    if (/^(file|data):/.test(workerModule)) return workerModule;
    if (isAbsolute(workerModule)) return pathToFileURL(workerModule).href;
  }
  throw new TypeError(
    `parallelMap: workerModule is ${show(workerModule)}, expected a file: URL or an absolute path, ` +
      "such as new URL('./work.js', import.meta.url)",
  );
}

function iterate<T>(items: Iterable<T> | AsyncIterable<T>): Iterator<T> | AsyncIterator<T> {
  if (items && typeof items === 'object' && Symbol.asyncIterator in items)
    return items[Symbol.asyncIterator]();
  if (items && typeof items === 'object' && Symbol.iterator in items) return items[Symbol.iterator]();
  throw new TypeError(`parallelMap: items is ${show(items)}, expected an iterable or an async iterable`);
}

function lengthOf(items: object): number | undefined {
  const { length, size } = items as { length?: unknown; size?: unknown };
  return [length, size].find((count) => typeof count === 'number') as number | undefined;
}

function nameOf(item: unknown, index: number): string {
  const id = (item as { id?: unknown } | null)?.id;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : `item ${index}`;
}

const notCloneable = (error: Error): boolean => error.name === 'DataCloneError';
