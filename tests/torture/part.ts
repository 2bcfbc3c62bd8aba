import type { Random } from '@diff/train';

/** One thing that was tried: of what kind, and what went wrong, if anything did. */
export interface Trial {
  /** A row of the table, such as `SIGKILL in train, after a rename`. */
  kind: string;
  failure?: string;
}

/** What every part of the suite gets. */
export interface Bench {
  /** A folder of its own. */
  place: string;
  random: Random;
  /** Whether there is time for one more. */
  more(): boolean;
  /** Each kind is tried once at least, however long it takes. */
  whole: boolean;
}

/** Tries until there is no more time. */
export type Part = (bench: Bench) => AsyncGenerator<Trial>;
