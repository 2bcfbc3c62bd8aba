import { checkBoolean, checkCallbacks, checkOptions, checkSignal } from '@diff/checks';
import type { Case } from './case.js';
import { type Entry, patientOf } from './entry.js';
import type { Problem } from './problem.js';

export interface DescribeOptions {
  /** Whether to decode every case, which alone finds broken files and gives sizes. Default: `true`. */
  decode?: boolean;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/** What `Dataset.describe` counts. */
export interface Description {
  name: string;
  cases: number;
  /** How many cases could be decoded; absent where none was asked to be. */
  decoded?: number;
  patients: number;
  /** Cases by diagnosis. */
  diagnoses: { 0: number; 1: number; unknown: number };
  /** Cases by the authors' split. */
  splits: Record<string, number>;
  /** `raters[structure][rater]`: cases that this rater outlined. */
  raters: Record<string, Record<string, number>>;
  /** Cases by image size, `width×height×channels`, as decoded; absent where nothing was decoded. */
  sizes?: Record<string, number>;
  problems: readonly Problem[];
}

/** What it takes of a dataset. */
interface Described {
  readonly name: string;
  readonly entries: readonly Entry[];
  readonly length: number;
  readonly structures: readonly string[];
  readonly problems: readonly Problem[];
  cases(options?: { signal?: AbortSignal }): AsyncIterable<Case>;
}

/** Counts what a dataset holds; with `decode`, what it really delivers, so that every broken file shows. */
export async function describe(dataset: Described, options: DescribeOptions = {}): Promise<Description> {
  checkOptions('describe', options, ['decode', 'signal', 'onProgress']);
  const { decode = true, signal, onProgress } = options;
  checkBoolean('describe', 'decode', decode);
  checkSignal('describe', signal);
  checkCallbacks('describe', options, ['onProgress']);
  const diagnoses = { 0: 0, 1: 0, unknown: 0 };
  const splits: Record<string, number> = {};
  const raters: Description['raters'] = Object.fromEntries(
    dataset.structures.map((structure) => [structure, {}]),
  );
  const sizes: Record<string, number> = {};
  for (const { diagnosis, split } of dataset.entries) {
    diagnoses[diagnosis ?? 'unknown']++;
    if (split !== undefined) count(splits, split);
  }
  const countRaters = (structure: string, names: readonly string[]) => {
    raters[structure] ??= {};
    for (const name of names) count(raters[structure], name);
  };
  let decoded = 0;
  if (decode) {
    for await (const { image, annotations } of dataset.cases({ signal })) {
      count(sizes, `${image.width}×${image.height}×${image.channels}`);
      for (const structure in annotations) countRaters(structure, Object.keys(annotations[structure]!));
      decoded++;
      onProgress?.(decoded, dataset.length);
    }
  } else {
    for (const { annotated } of dataset.entries) {
      for (const structure in annotated) countRaters(structure, annotated[structure]!);
    }
  }
  return {
    name: dataset.name,
    cases: dataset.length,
    ...(decode && { decoded, sizes }),
    patients: new Set(dataset.entries.map(patientOf)).size,
    diagnoses,
    splits,
    raters,
    problems: dataset.problems,
  };
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
