import {
  check,
  checkBoolean,
  checkFunction,
  checkInteger,
  checkNumber,
  checkObject,
  checkOptions,
  checkSeed,
  checkSignal,
  checkString,
  fail,
  show,
} from '@diff/checks';
import type { Case } from './case.js';
import { decodeAhead } from './decode-ahead.js';
import { type DescribeOptions, type Description, describe } from './describe.js';
import type { Entry } from './entry.js';
import { checkPartition, type PartitionOptions, partition } from './partition.js';
import { DataError, type Problem } from './problem.js';
import { shuffled } from './shuffle.js';

/**
 * Cases that are decoded when they are asked for, each time they are asked for. A dataset never changes: `filter`,
 * `map`, `take`, `shuffle` and `split` give new ones, at once and without decoding anything, because they work on
 * {@link Entry | entries}.
 */
export interface Dataset {
  readonly name: string;
  /** One entry per case, in the order in which `cases` delivers them. */
  readonly entries: readonly Entry[];
  /** How many entries there are. `cases` delivers fewer only where a file turns out broken; `problems` says which. */
  readonly length: number;
  /** The splits that the data set's authors made, in order of first appearance; empty where they made none. */
  readonly splits: readonly string[];
  readonly raters: readonly string[];
  readonly structures: readonly string[];
  /** What is wrong with these cases as far as known: from the listing, and from whatever was decoded until now. */
  readonly problems: readonly Problem[];
  /**
   * Decodes case after case, from the first at every new iteration. Decoding runs `prefetch` cases ahead, and at most
   * `prefetch + 1` cases are alive in here, the one last delivered included.
   *
   * @throws `DataError` on the first fault where the dataset is strict; the signal's reason when that aborts.
   */
  cases(options?: CasesOptions): AsyncIterable<Case>;
  /** Counts, sizes and problems. Decodes everything once unless `decode` is `false`. */
  describe(options?: DescribeOptions): Promise<Description>;
  filter(keep: (entry: Entry, index: number) => boolean): Dataset;
  /** Applies `change` to each case as it is decoded; what it returns should keep the `id`. */
  map(change: (original: Case) => Case | Promise<Case>): Dataset;
  /** The first `count` entries. */
  take(count: number): Dataset;
  /** In an order that depends on `seed` alone. For a new order each epoch: `shuffle(seed + epoch)`. */
  shuffle(seed: number): Dataset;
  /**
   * Parts of about the given fractions, 0.6 / 0.2 / 0.2 by default. No patient is in two parts, and each part has its share of
   * both diagnoses. Where the fractions sum to less than 1, the rest is left out.
   *
   * @throws RangeError where a fraction is not in (0, 1] or they sum to more than 1.
   */
  split(options?: PartitionOptions): Record<'train' | 'validation' | 'test', Dataset>;
  split<K extends string>(options: PartitionOptions & { fractions: Record<K, number> }): Record<K, Dataset>;
  /** `k` pairs for cross-validation; every case is in exactly one `test`. @throws RangeError where k is not in [2, length]. */
  folds(k: number, options?: PartitionOptions): { train: Dataset; test: Dataset }[];
}

export interface CasesOptions {
  signal?: AbortSignal;
  /** How many cases to decode ahead of the consumer. Default: as the dataset was made. */
  prefetch?: number;
}

/** What `DatasetSource.load` gets beside the entry. */
export interface LoadContext {
  /** Aborts when nobody wants the case any more. */
  signal: AbortSignal;
  /** Notes a fault of this case; throws where the dataset is strict. The `id` is filled in. */
  report(problem: Omit<Problem, 'id'>): void;
}

/** What `createDataset` makes a dataset of. */
export interface DatasetSource<E extends Entry = Entry> {
  name: string;
  /** Everything there is, cheaply known. Ids must differ. */
  entries: readonly E[];
  /**
   * Decodes or draws one case. It must give the same case every time. `undefined`: the case cannot be delivered, and
   * `report` was told why. A `DataError` thrown here is reported as `skipped`; any other error is a bug and passes through.
   */
  load(entry: E, context: LoadContext): Case | undefined | Promise<Case | undefined>;
  /** In the order wanted. Default: in order of first appearance in `entries`. */
  structures?: readonly string[];
  /** In the order wanted. Default: in order of first appearance in `entries`. */
  raters?: readonly string[];
  /** What the listing found wrong. */
  problems?: readonly Problem[];
  /** Throws at the first problem, of the listing at once, of a file when it is decoded. Default: `false`. */
  strict?: boolean;
  /** Default: 4, as many as libuv has threads. */
  prefetch?: number;
}

const sourceNames = [
  'name',
  'entries',
  'load',
  'structures',
  'raters',
  'problems',
  'strict',
  'prefetch',
] as const satisfies readonly (keyof DatasetSource)[];

/**
 * Makes a {@link Dataset} of entries and a way to load one.
 *
 * @throws TypeError where two entries share an id; RangeError where `prefetch` is not a whole number from 0 up;
 * `DataError` for the first of `problems` where `strict`.
 */
export function createDataset<E extends Entry>(source: DatasetSource<E>): Dataset {
  const who = 'createDataset';
  checkObject(who, 'source', source);
  checkOptions(who, source, sourceNames);
  const { entries, load, problems = [], strict = false, prefetch = 4 } = source;
  checkString(who, 'name', source.name);
  checkEntries(who, entries);
  checkFunction(who, 'load', load);
  check(Array.isArray(problems), who, 'problems', problems, 'an array', 'other');
  checkBoolean(who, 'strict', strict);
  checkNames(who, source);
  const ids = new Set<string>();
  for (const { id } of entries) {
    if (ids.has(id))
      throw new TypeError(`${who}: two entries of ${source.name} have the id ${show(id)}, expected others`);
    ids.add(id);
  }
  checkInteger(who, 'prefetch', prefetch, 0);
  if (strict && problems[0]) throw new DataError(problems[0].path, problems[0].reason);

  const known = new Map(problems.map((problem) => [keyOf(problem), problem]));
  const note = (problem: Problem, cause?: unknown) => {
    known.set(keyOf(problem), problem);
    if (strict) throw new DataError(problem.path, problem.reason, { cause });
  };
  const loadNoting: Load = async (entry, signal) => {
    signal.throwIfAborted();
    try {
      return await load(entry as E, { signal, report: (problem) => note({ ...problem, id: entry.id }) });
    } catch (error) {
      if (!(error instanceof DataError) || error.fatal || strict) throw error;
      note({ path: error.path, reason: error.reason, id: entry.id, outcome: 'skipped' }, error);
      return undefined;
    }
  };
  return view(entries, loadNoting, {
    name: source.name,
    prefetch,
    structures: source.structures ?? distinct(entries.flatMap((entry) => Object.keys(entry.annotated))),
    raters: source.raters ?? distinct(entries.flatMap((entry) => Object.values(entry.annotated).flat())),
    problems: () => [...known.values()],
  });
}

type Load = (entry: Entry, signal: AbortSignal) => Promise<Case | undefined>;

interface Shared {
  name: string;
  prefetch: number;
  structures: readonly string[];
  raters: readonly string[];
  problems: () => Problem[];
}

function view(entries: readonly Entry[], load: Load, shared: Shared): Dataset {
  const part = (some: readonly Entry[]) => {
    const kept = new Set(some.map(({ id }) => id));
    const dropped = new Set(entries.flatMap(({ id }) => (kept.has(id) ? [] : [id])));
    // A problem goes where its case goes; one of a case that was never an entry goes everywhere.
    const problems = () => shared.problems().filter(({ id }) => id === undefined || !dropped.has(id));
    return view(some, load, { ...shared, problems });
  };
  const dataset: Dataset = {
    ...shared,
    entries,
    length: entries.length,
    splits: distinct(entries.flatMap(({ split }) => split ?? [])),
    get problems() {
      return shared.problems();
    },
    cases: (options = {}) => {
      checkOptions('cases', options, ['signal', 'prefetch']);
      const { signal, prefetch = shared.prefetch } = options;
      checkInteger('cases', 'prefetch', prefetch, 0);
      checkSignal('cases', signal);
      return {
        async *[Symbol.asyncIterator]() {
          for await (const loaded of decodeAhead(entries, load, { ahead: prefetch, signal })) {
            if (loaded) yield loaded;
          }
        },
      };
    },
    describe: (options) => describe(dataset, options),
    filter: (keep) => {
      checkFunction('filter', 'keep', keep);
      return part(entries.filter(keep));
    },
    map: (change) => {
      checkFunction('map', 'change', change);
      return view(
        entries,
        async (entry, signal) => {
          const loaded = await load(entry, signal);
          return loaded && change(loaded);
        },
        shared,
      );
    },
    take: (count) => {
      checkInteger('take', 'count', count, 0);
      return part(entries.slice(0, count));
    },
    shuffle: (seed) => {
      checkSeed('shuffle', seed);
      return view(shuffled(entries, seed), load, shared);
    },
    split: (options: PartitionOptions & { fractions?: Record<string, number> } = {}) => {
      checkPartition('split', options, ['fractions']);
      const { fractions = { train: 0.6, validation: 0.2, test: 0.2 } } = options;
      checkFractions(fractions);
      const parts = partition(entries, Object.values(fractions), options);
      return Object.fromEntries(Object.keys(fractions).map((name, i) => [name, part(parts[i]!)])) as Record<
        'train' | 'validation' | 'test',
        Dataset
      >;
    },
    folds: (k, options) => {
      checkInteger('folds', 'k', k, 2, entries.length);
      checkPartition('folds', options);
      return partition(entries, Array<number>(k).fill(1 / k), options).map((fold) => {
        const held = new Set(fold);
        return { train: part(entries.filter((entry) => !held.has(entry))), test: part(fold) };
      });
    },
  };
  return dataset;
}

function checkEntries(who: string, entries: unknown): void {
  check(Array.isArray(entries), who, 'entries', entries, 'an array of entries', 'other');
  for (const [i, entry] of entries.entries()) {
    checkObject(who, `entries[${i}]`, entry);
    checkString(who, `entries[${i}].id`, entry.id);
    checkObject(who, `entries[${i}].annotated`, entry.annotated);
  }
}

function checkNames(who: string, names: { structures?: unknown; raters?: unknown }): void {
  for (const what of ['structures', 'raters'] as const) {
    const list = names[what];
    if (list === undefined) continue;
    check(Array.isArray(list), who, what, list, 'an array of names', 'other');
    for (const [i, name] of list.entries()) checkString(who, `${what}[${i}]`, name);
  }
}

function checkFractions(fractions: Record<string, number>): void {
  checkObject('split', 'fractions', fractions);
  let sum = 0;
  for (const [name, fraction] of Object.entries(fractions)) {
    const what = `fractions.${name.slice(0, 40)}`;
    checkNumber('split', what, fraction, 0, 1);
    check(fraction > 0, 'split', what, fraction, 'a number above 0');
    sum += fraction;
  }
  if (sum > 1 + 1e-9) fail('split', `fractions sum to ${sum}, expected at most 1`);
}

const keyOf = ({ path, reason, id }: Problem) => JSON.stringify([path, reason, id]);
const distinct = (names: readonly string[]) => [...new Set(names)];
