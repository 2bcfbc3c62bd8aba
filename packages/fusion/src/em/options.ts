import { checkInteger, checkNumber, checkOptions } from '@diff/checks';

export interface EmOptions {
  /** Iterations after which to stop with `converged: false`. Default: 10 000. */
  maxIterations?: number;
  /** Largest change of any estimated parameter that counts as converged. */
  tolerance?: number;
}

/** Checks the names of all options, and the values of those that all iterative methods share. */
export function checkEmOptions(
  name: string,
  options: EmOptions | undefined,
  defaultTolerance: number,
  others: readonly string[],
): Required<EmOptions> {
  checkOptions(name, options, ['maxIterations', 'tolerance', ...others]);
  const { maxIterations = 10_000, tolerance = defaultTolerance } = options ?? {};
  checkInteger(name, 'maxIterations', maxIterations, 1);
  checkNumber(name, 'tolerance', tolerance, 0);
  return { maxIterations, tolerance };
}

/** Runs an iterative method to its end. */
export function lastOf<T extends object>(steps: Iterable<T>): T {
  let last: T | undefined;
  for (const step of steps) last = step;
  // Spreading reads the getters, so that what is returned is plain data.
  return { ...last! };
}
