/** Something wrong with a file or a case. Nothing is left out of a dataset without one of these. */
export interface Problem {
  /** The file, relative to the dataset's root, or whatever else names the culprit. */
  path: string;
  /** What is wrong with it, in words. */
  reason: string;
  /** The case that it belongs to, where that is known. */
  id?: string;
  /** `skipped`: the case is not delivered. `kept`: it is, without the faulty part. `repaired`: it is, mended. */
  outcome: 'skipped' | 'kept' | 'repaired';
}

/** A fault in the data, not in the program: thrown by strict datasets, turned into a {@link Problem} by others. */
export class DataError extends Error {
  override name = 'DataError';
  /** Passes through a dataset that is not strict. */
  readonly fatal: boolean;

  constructor(
    readonly path: string,
    readonly reason: string,
    options: ErrorOptions & { fatal?: boolean } = {},
  ) {
    super(`${path}: ${reason}`, options);
    this.fatal = options.fatal ?? false;
  }
}

/** The first line of what an error says. */
export const messageOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
