import type { Accumulator } from './accumulator.js';
import { checkFinite, fail } from './checks.js';
import { type Confusion, confusionOf } from './confusion.js';

export interface ConfusionState extends Confusion {
  threshold: number;
}

/**
 * `confusion` of data given in parts, `update(prediction, reference)`: equal to that of the parts put together.
 *
 * @throws RangeError from `update` as `confusion` does; from `merge` for another threshold; from `compute`
 * before any update
 */
export function confusionAccumulator({
  threshold = 0.5,
}: {
  threshold?: number;
} = {}): Accumulator<Confusion, ConfusionState> {
  const caller = 'confusionAccumulator';
  checkFinite(caller, 'threshold', threshold);
  const total = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
  const add = (counts: Confusion) => {
    for (const cell of Object.keys(total) as (keyof Confusion)[]) total[cell] += counts[cell];
  };
  return {
    get state() {
      return { threshold, ...total };
    },
    update: (prediction, reference) => add(confusionOf(caller, prediction, reference, threshold)),
    merge({ state: other }) {
      if (other.threshold !== threshold)
        fail(caller, `merged threshold is ${other.threshold}, expected ${threshold}`);
      add(other);
    },
    compute() {
      if (!Object.values(total).some(Boolean)) fail(caller, 'no data yet');
      return { ...total };
    },
  };
}
