import { check, checkCallbacks, checkInteger, checkOneOf, checkOptions } from '@diff/checks';
import type { DiagnosedCase } from './case-batch.js';
import { checkCase } from './check-case.js';
import { type DiagnosisFirstResult, stepsOf } from './diagnosis-first.js';
import { type DiagnosisFirstOptions, diagnosisFirstOptions, settingsOf } from './diagnosis-first-options.js';
import { checkCache, decodeResult, encodeResult, type ResultCache, resultKey } from './result-cache.js';
import { sealed } from './sealed-cache.js';

/** @throws TypeError for what cannot be gone through. */
export function checkSource(who: string, source: unknown): void {
  const all = Object(source) as Record<string | symbol, unknown>;
  const ok = [all.cases, all[Symbol.iterator], all[Symbol.asyncIterator]].some(
    (one) => typeof one === 'function',
  );
  check(ok && typeof source === 'object', who, 'source', source, 'cases or a dataset', 'other');
}

/** Cases one after the other, or a `Dataset` of `@diff/datasets`. */
export type CaseSource<C extends DiagnosedCase> =
  | Iterable<C>
  | AsyncIterable<C>
  | {
      cases(): AsyncIterable<C>;
      readonly length?: number;
      readonly raters?: readonly string[];
      readonly structures?: readonly string[];
    };

export interface DiagnosisFirstAllOptions extends DiagnosisFirstOptions {
  /** Cases fitted side by side; memory grows with it, results do not change. Default: 16. */
  batchSize?: number;
  /** Keeps every fused case, and gives it back instead of fusing it again. Needs `id`. */
  cache?: ResultCache;
  /** Stands, in the cache's keys, for what cannot be hashed: the networks' weights, `mask`, `optimizer`. */
  id?: string;
  /** What to do with a case without a diagnosis. Default: `'error'`. */
  undiagnosed?: 'error' | 'skip';
  /** Called at every step and every finished batch. */
  onProgress?: (progress: DiagnosisFirstProgress) => void;
}

export const diagnosisFirstAllOptions = [
  ...diagnosisFirstOptions,
  'batchSize',
  'cache',
  'id',
  'undiagnosed',
  'onProgress',
] as const satisfies readonly (keyof DiagnosisFirstAllOptions)[];

export interface DiagnosisFirstProgress {
  /** Cases finished, of them from the cache, and skipped for want of a diagnosis. */
  done: number;
  cached: number;
  skipped: number;
  /** All cases, where the source knows its length. */
  total?: number;
  /** Steps of the running batch. */
  step: number;
  iterations: number;
}

/**
 * DF-GT for a whole data set: yields each case with its result, in order, holding one batch at a time. Every case has
 * expertness maps of its own and comes out as `diagnosisFirst` would fuse it alone, whatever the batch. A batch ends
 * where the image size changes. Raters and structures, unless the options name them, are those of the dataset, or else of
 * the batch; each result names all of them, those who outlined nothing with weight 0.
 *
 * With a cache it goes on where it was stopped: at most the running batch is lost.
 *
 * @throws as `diagnosisFirst`; TypeError for a cache without an `id`.
 */
export const diagnosisFirstAll = <C extends DiagnosedCase>(
  source: CaseSource<C>,
  options: DiagnosisFirstAllOptions,
): AsyncGenerator<{ case: C; result: DiagnosisFirstResult }, void> =>
  fuseAll('diagnosisFirstAll', source, options);

/** Everything but the source. */
export function checkAll(who: string, options: DiagnosisFirstAllOptions): void {
  checkOptions(who, options, diagnosisFirstAllOptions);
  const { batchSize = 16, cache, id, undiagnosed = 'error', onProgress: _, ...fitting } = options ?? {};
  settingsOf(who, fitting);
  checkInteger(who, 'batchSize', batchSize, 1);
  checkOneOf(who, 'undiagnosed', undiagnosed, ['error', 'skip']);
  checkCallbacks(who, options, ['onProgress']);
  checkCache(who, cache, id);
}

export async function* fuseAll<C extends DiagnosedCase>(
  who: string,
  source: CaseSource<C>,
  options: DiagnosisFirstAllOptions,
): AsyncGenerator<{ case: C; result: DiagnosisFirstResult }, void> {
  checkAll(who, options);
  checkSource(who, source);
  const { batchSize = 16, id, undiagnosed = 'error', onProgress, cache: store, ...fitting } = options;
  const cache = store && sealed(store);
  if ('cases' in source) {
    fitting.raters ??= source.raters;
    fitting.structures ??= source.structures;
  }
  const total = 'length' in source ? (source as { length?: number }).length : undefined;
  const progress: DiagnosisFirstProgress = { done: 0, cached: 0, skipped: 0, total, step: 0, iterations: 0 };
  const report = (change: Partial<DiagnosisFirstProgress>) =>
    onProgress?.({ ...Object.assign(progress, change) });

  async function fuse(cases: C[]): Promise<DiagnosisFirstResult[]> {
    const keys = cache ? await Promise.all(cases.map((one) => resultKey(one, fitting, id!))) : [];
    const found = await Promise.all(
      keys.map(async (key) => decodeResult((await cache!.get(key)) ?? new Uint8Array())),
    );
    const missing = cases.flatMap((_, i) => (found[i] ? [] : [i]));
    const results = cases.map((_, i) => found[i]);
    if (missing.length) {
      const steps = stepsOf(
        who,
        missing.map((i) => cases[i]!),
        fitting,
      );
      let next = await steps.next();
      for (; !next.done; next = await steps.next())
        report({ step: next.value.step + 1, iterations: next.value.iterations });
      for (const [n, i] of missing.entries()) {
        results[i] = next.value[n]!;
        await cache?.set(keys[i]!, encodeResult(results[i]));
      }
    }
    report({
      done: progress.done + cases.length,
      cached: progress.cached + cases.length - missing.length,
      step: 0,
    });
    return results as DiagnosisFirstResult[];
  }

  let batch: C[] = [];
  async function* flush() {
    const cases = batch;
    batch = [];
    const results = cases.length ? await fuse(cases) : [];
    for (const [i, one] of cases.entries()) yield { case: one, result: results[i]! };
  }

  for await (const one of 'cases' in source ? source.cases() : source) {
    fitting.signal?.throwIfAborted();
    if (one?.diagnosis === undefined && undiagnosed === 'skip') {
      report({ skipped: progress.skipped + 1 });
      continue;
    }
    checkCase(who, one);
    const [first] = batch;
    const fits =
      !first ||
      (['height', 'width', 'channels'] as const).every((side) => first.image[side] === one.image[side]);
    if (!fits) yield* flush();
    batch.push(one);
    if (batch.length === batchSize) yield* flush();
  }
  yield* flush();
}
