import { check, checkInteger, fail } from '@diff/checks';
import type { Accumulator } from '../accumulator.js';
import { checkLabels, labelCounts } from '../labels.js';
import type { Numbers } from '../numbers.js';
import type { Overlap } from './overlap-counts.js';

const KEYS = ['prediction', 'reference', 'both'] as const;

/** All that an accumulator of overlaps knows. */
export interface OverlapState {
  /** Empty where labels are counted. */
  thresholds: readonly number[];
  /** Empty where thresholds are. */
  labels: readonly number[];
  /** How many values came so far. */
  values: number;
  /** How many of them lie above each threshold, or have each label: in the predictions, in the references, in both. */
  counts: Overlap[];
}

/**
 * An accumulator of what `compute` makes of the counts: of `labels`, or those that `count` makes at the thresholds, 0.5 if
 * none are given.
 */
export function overlapAccumulator<Result>(
  caller: string,
  given: { thresholds?: readonly number[]; labels?: readonly number[] },
  count: (prediction: Numbers, reference: Numbers) => Overlap[],
  compute: (state: OverlapState) => Result,
): Accumulator<Result, OverlapState> {
  const labels = given.labels !== undefined ? checkLabels(caller, given.labels) : [];
  const thresholds = given.thresholds ?? (given.labels ? [] : [0.5]);
  const state: OverlapState = {
    thresholds: [...thresholds],
    labels: [...labels],
    values: 0,
    counts: [...thresholds, ...labels].map(() => ({ prediction: 0, reference: 0, both: 0 })),
  };
  const add = (counts: readonly Overlap[], values: number) => {
    state.values += values;
    state.counts.forEach((total, k) => {
      for (const key of KEYS) total[key] += counts[k]![key];
    });
  };
  return {
    state,
    update(prediction, reference) {
      const counts = labels.length
        ? labelCounts(caller, prediction, reference, labels)
        : count(prediction, reference);
      add(counts, prediction.length);
    },
    merge(accumulator) {
      const other = checkState(caller, accumulator?.state);
      for (const what of ['thresholds', 'labels'] as const)
        if (`${other[what]}` !== `${state[what]}`)
          fail(caller, `merged ${what} are [${other[what]}], expected [${state[what]}]`);
      add(other.counts, other.values);
    },
    compute: () => (state.values ? compute(state) : fail(caller, 'no data yet, expected an update first')),
  };
}

function checkState(caller: string, state: OverlapState): OverlapState {
  const lists = state && [state.thresholds, state.labels, state.counts];
  check(lists?.every(Array.isArray) ?? false, caller, 'state', state, 'the state of an accumulator', 'other');
  checkInteger(caller, 'state.values', state.values, 0);
  for (const [k, count] of state.counts.entries())
    for (const key of KEYS) checkInteger(caller, `state.counts[${k}].${key}`, count?.[key], 0);
  if (state.counts.length !== state.thresholds.length + state.labels.length)
    fail(caller, `state.counts has ${state.counts.length} values, expected one for each threshold or label`);
  return state;
}
