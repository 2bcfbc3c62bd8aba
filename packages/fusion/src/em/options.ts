export interface EmOptions {
  /** Iterations after which to stop with `converged: false`; 10 000 by default. */
  maxIterations?: number;
  /** Largest change of any estimated parameter that counts as converged. */
  tolerance?: number;
}

export function checkEmOptions(name: string, options: EmOptions, tolerance: number): Required<EmOptions> {
  const checked = {
    maxIterations: options.maxIterations ?? 10_000,
    tolerance: options.tolerance ?? tolerance,
  };
  if (!(checked.maxIterations >= 1))
    throw new RangeError(`${name}: maxIterations is ${checked.maxIterations}, expected at least 1`);
  if (!(checked.tolerance >= 0))
    throw new RangeError(`${name}: tolerance is ${checked.tolerance}, expected 0 or more`);
  return checked;
}

/** Runs an iterative method to its end. */
export function lastOf<T extends object>(steps: Iterable<T>): T {
  let last: T | undefined;
  for (const step of steps) last = step;
  // Spreading reads the getters, so that what is returned is plain data.
  return { ...last! };
}
