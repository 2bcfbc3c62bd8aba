import type { EpochRecord } from '@diff/train';
import type { Config } from '../config/schema.js';
import type { RoundFolder } from '../folder/run-folder.js';
import type { UsableCase } from './load-data.js';
import type { InputShape } from './networks.js';

/** What every step gets. */
export interface Context {
  config: Config;
  folder: RoundFolder;
  /** The round's. */
  seed: number;
  /** What decides the job's result, hashed. */
  key: string;
  structures: readonly string[];
  raters: readonly string[];
  input: InputShape;
  /** The path under which to write an output of the job; it gets its own name when the job is done. */
  staged(output: string): string;
  cases(ids: readonly string[]): UsableCase[];
  /** Says how much is done, in the units of the job. */
  progress(done: number): void;
  /** Says how an epoch went. */
  epoch(record: EpochRecord): void;
}
