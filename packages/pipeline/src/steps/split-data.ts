import type { Dataset, Entry } from '@diff/datasets';
import type { Config } from '../config/schema.js';
import { UserError } from '../user-error.js';

export interface Split {
  round: number;
  /** Of this round's split and networks. */
  seed: number;
  /** Ids. */
  train: string[];
  test: string[];
}

/**
 * One split a round: the folds of a cross-validation, or else random parts, in which no patient is torn apart and which
 * each have their share of either diagnosis.
 *
 * @throws UserError where a part would have too few cases of a diagnosis, or fewer than a batch.
 */
export function splitData(dataset: Dataset, config: Config): Split[] {
  const { seed, rounds, data, diagnosis, segmentation } = config;
  checkClasses(dataset.entries, 'the cases that can be used', data.folds ?? 2);
  if (data.folds !== undefined && data.folds > dataset.length)
    throw new UserError(`data.folds is ${data.folds}, but there are ${dataset.length} cases`);
  const parts =
    data.folds === undefined
      ? Array.from({ length: rounds }, (_, round) =>
          dataset.split({ fractions: { train: 1 - data.test, test: data.test }, seed: seed + round }),
        )
      : dataset.folds(data.folds, { seed });
  // Two are the fewest that an AUC with an interval can be had of.
  return parts.map(({ train, test }, round) => {
    const where = parts.length > 1 ? ` of ${data.folds ? 'fold' : 'round'} ${round}` : '';
    checkClasses(train.entries, `the training cases${where}`, 2);
    checkClasses(test.entries, `the test cases${where}`, 2);
    for (const [name, { batchSize }] of Object.entries({ diagnosis, segmentation }))
      if (batchSize > train.length)
        throw new UserError(
          `${name}.batchSize is ${batchSize}, but there are ${train.length} training cases${where}`,
        );
    return { round, seed: seed + round, train: idsOf(train), test: idsOf(test) };
  });
}

const idsOf = ({ entries }: Dataset) => entries.map(({ id }) => id);

/** @throws UserError where there are fewer cases of a diagnosis than `least`. */
export function checkClasses(entries: readonly Entry[], which: string, least: number): void {
  const count = (wanted: number) => entries.filter(({ diagnosis }) => diagnosis === wanted).length;
  const [healthy, ill] = [count(0), count(1)];
  if (healthy >= least && ill >= least) return;
  throw new UserError(
    `of ${which}, ${healthy} ${healthy === 1 ? 'has' : 'have'} diagnosis 0 and ${ill} diagnosis 1, expected at least ${least} of each`,
  );
}
