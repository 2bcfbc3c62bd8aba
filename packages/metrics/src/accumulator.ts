/**
 * A metric of data that do not fit in memory: give it the data in any number of parts, in this process or
 * in others whose accumulators are merged.
 */
export interface Accumulator<Result, State> {
  /** All it knows, as plain data: keep it, or send it, and `merge` it into a new accumulator. */
  readonly state: State;
  update(first: ArrayLike<number>, second: ArrayLike<number>): void;
  /** Adds what another accumulator, made with the same options, has seen. */
  merge(other: { readonly state: State }): void;
  /** The metric of everything so far. */
  compute(): Result;
}
