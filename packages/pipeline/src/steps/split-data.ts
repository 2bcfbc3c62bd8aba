import { check, checkInteger, checkObject, checkString } from '@diff/checks';
import type { Dataset, Entry } from '@diff/datasets';
import { stratifiedFolds } from '@diff/fusion/df-gt';
import { type Config, VALIDATION } from '../config/schema.js';
import { UserError } from '../user-error.js';

export interface Split {
  round: number;
  /** Of this round's split and networks. */
  seed: number;
  /** Ids; `validation` is a part of the training cases that is kept from training. */
  train: string[];
  validation: string[];
  test: string[];
  /** Cases with a diagnosis and without outlines, for a guide by image; of no patient of the validation or test cases. */
  diagnosed: string[];
  /** Training and validation cases in parts of whole patients, for judges that never saw the case that they judge. */
  folds: string[][];
}

/**
 * One split per round: the folds of a cross-validation, the split that the data say themselves, the same for every round, or
 * else random parts, in which no patient is torn apart and which each have their share of either diagnosis.
 *
 * Where `data.outlined` says how many training cases keep their outlines, the others are left with their diagnosis.
 *
 * Of the training cases, `train.validation` is kept for validation, patient by patient too; of a published split, its own
 * validation part, unless `train.validation` is 0.
 *
 * @param unoutlined Further cases that have a diagnosis alone.
 * @throws UserError where a part would have too few cases of a diagnosis.
 */
export function splitData(dataset: Dataset, config: Config, unoutlined: readonly Entry[] = []): Split[] {
  const { seed, rounds, data } = config;
  checkClasses(dataset.entries, 'the cases that can be used', data.folds ?? 2);
  if (data.folds !== undefined && data.folds > dataset.length)
    throw new UserError(`data.folds is ${data.folds}, but there are ${dataset.length} cases`);
  const published = data.split === 'published' ? publishedSplit(dataset, config) : undefined;
  const parts = published
    ? Array.from({ length: rounds }, () => published)
    : data.folds === undefined
      ? Array.from({ length: rounds }, (_, round) =>
          dataset.split({ fractions: { train: 1 - data.test, test: data.test }, seed: seed + round }),
        )
      : dataset.folds(data.folds, { seed });
  // Two are the fewest that an AUC with an interval can be had of.
  return parts.map(({ train: known, test }, round) => {
    const where = parts.length > 1 ? ` of ${data.folds ? 'fold' : 'round'} ${round}` : '';
    const train = withOutlines(known, data.outlined, { seed: seed + round, where });
    checkClasses(train.entries, `the training cases${where}`, 2);
    checkClasses(test.entries, `the test cases${where}`, 2);
    const share = validationShare(config, train.length);
    const fractions = { train: 1 - share, validation: share };
    const own = config.train.validation === 0 ? undefined : published?.validation;
    const kept = own
      ? { train, validation: own }
      : share
        ? train.split({ fractions, seed: seed + round })
        : { train, validation: undefined };
    if (kept.validation) {
      checkClasses(kept.train.entries, `the training cases${where} without those for validation`, 2);
      checkClasses(kept.validation.entries, `the validation cases${where}`, 1);
    }
    return {
      round,
      seed: seed + round,
      train: idsOf(kept.train),
      validation: kept.validation ? idsOf(kept.validation) : [],
      test: idsOf(test),
      diagnosed:
        config.segmentation.guide === 'image'
          ? diagnosedOf([...known.entries, ...unoutlined], {
              outlined: train,
              apart: [...test.entries, ...(kept.validation?.entries ?? [])],
              published: published !== undefined,
            })
          : [],
      folds: foldsOf([...kept.train.entries, ...(kept.validation?.entries ?? [])], config, {
        seed: seed + round,
        where,
      }),
    };
  });
}

/** So many of the training cases, with their share of either diagnosis. @throws UserError where there are not so many. */
function withOutlines(
  train: Dataset,
  outlined: number | undefined,
  { seed, where }: { seed: number; where: string },
): Dataset {
  if (outlined === undefined || outlined === train.length) return train;
  if (outlined > train.length)
    throw new UserError(`data.outlined is ${outlined}, but there are ${train.length} training cases${where}`);
  const mixed = (diagnosis: number) => train.filter((entry) => entry.diagnosis === diagnosis).shuffle(seed);
  const ill = Math.round((outlined * mixed(1).length) / train.length);
  const kept = new Set([...idsOf(mixed(1)).slice(0, ill), ...idsOf(mixed(0)).slice(0, outlined - ill)]);
  return train.filter(({ id }) => kept.has(id));
}

/** Cases that only their diagnosis is known of, as far as they are of no patient who is validated or tested on. */
function diagnosedOf(
  entries: readonly Entry[],
  { outlined, apart, published }: { outlined: Dataset; apart: readonly Entry[]; published: boolean },
): string[] {
  const patientOf = ({ id, patient = id }: Entry) => patient;
  const others = new Set(apart.map(patientOf));
  const learned = new Set(idsOf(outlined));
  return entries
    .filter((entry) => !learned.has(entry.id) && !others.has(patientOf(entry)))
    .filter(({ split }) => !published || split === 'train')
    .map(({ id }) => id);
}

/** @throws UserError where fewer than two patients are ill, or healthy. */
function foldsOf(
  entries: readonly Entry[],
  { shared }: Config,
  { seed, where }: { seed: number; where: string },
): string[][] {
  const patients = (wanted: number) =>
    new Set(entries.flatMap(({ id, patient, diagnosis }) => (diagnosis === wanted ? [patient ?? id] : [])))
      .size;
  const fewest = Math.min(patients(0), patients(1));
  if (fewest < 2)
    throw new UserError(
      `the training cases${where} are of ${patients(0)} healthy and ${patients(1)} ill patients, expected at least 2 of each`,
    );
  return stratifiedFolds(entries, Math.min(shared.folds, fewest), seed).map((part) =>
    part.map(({ id }) => id),
  );
}

/** The share of the training cases that is kept for validation; by default none where there are few. */
export const validationShare = ({ train: { validation } }: Pick<Config, 'train'>, cases: number): number =>
  validation ?? (cases >= VALIDATION.from ? VALIDATION.share : 0);

/** The cases by what the data say of their split. @throws UserError where they do not say it. */
function publishedSplit(dataset: Dataset, { data }: Config) {
  if (data.folds !== undefined)
    throw new UserError('data.split is published, and data.folds draws its own: one of them goes');
  const part = (name: string) => dataset.filter(({ split }) => split === name);
  const [train, test, validation] = ['train', 'test', 'validation'].map(part) as [Dataset, Dataset, Dataset];
  if (!train.length || !test.length)
    throw new UserError(
      `data.split is published, but of ${dataset.length} cases ${train.length} are in a split "train" and ${test.length} in "test"`,
    );
  return { train, test, validation: validation.length ? validation : undefined };
}

const idsOf = ({ entries }: Dataset) => entries.map(({ id }) => id);

/** @throws UserError where there are fewer cases of a diagnosis than `least`. */
export function checkClasses(entries: readonly Entry[], which: string, least: number): void {
  const who = 'checkClasses';
  check(Array.isArray(entries), who, 'entries', entries, 'an array of entries', 'other');
  checkString(who, 'which', which);
  checkInteger(who, 'least', least, 0);
  for (let i = 0; i < entries.length; i++) checkObject(who, `entries[${i}]`, entries[i]);
  const count = (wanted: number) => entries.filter(({ diagnosis }) => diagnosis === wanted).length;
  const [healthy, ill] = [count(0), count(1)];
  if (healthy >= least && ill >= least) return;
  throw new UserError(
    `of ${which}, ${healthy} ${healthy === 1 ? 'has' : 'have'} diagnosis 0 and ${ill} diagnosis 1, expected at least ${least} of each`,
  );
}
