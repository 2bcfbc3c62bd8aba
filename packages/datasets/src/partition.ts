import { type Entry, patientOf } from './entry.js';
import { shuffled } from './shuffle.js';

export interface PartitionOptions {
  /** What must not be torn apart. Default: `'patient'`. */
  by?: 'patient' | 'case' | ((entry: Entry) => string);
  /** What every part should have its share of. Default: `'diagnosis'`. `false`: nothing but the number of cases. */
  stratify?: 'diagnosis' | false | ((entry: Entry) => string | undefined);
  /** Default: 0. */
  seed?: number;
}

/**
 * The entries in parts of about the sizes that `fractions` asks for (they may sum to less than 1; the rest is left
 * over). Groups are taken from the largest to the smallest, in an order drawn from `seed` among equals, and each goes
 * to the part that lacks the most cases of the group's stratum, then of all. A group of several strata (a patient
 * with a benign and a malignant nodule) is a stratum of its own. The order of entries is kept.
 */
export function partition(
  entries: readonly Entry[],
  fractions: readonly number[],
  { by = 'patient', stratify = 'diagnosis', seed = 0 }: PartitionOptions = {},
): Entry[][] {
  const groups = grouped(entries, by === 'patient' ? patientOf : by === 'case' ? (entry) => entry.id : by);
  const label = stratify === 'diagnosis' ? (entry: Entry) => entry.diagnosis : stratify || (() => '');
  const strata = grouped(groups, (group) =>
    [...new Set(group.map((entry) => String(label(entry))))].sort().join('+'),
  );
  const left = Math.max(0, 1 - fractions.reduce((a, b) => a + b, 0));
  const shares = left > 1e-9 ? [...fractions, left] : [...fractions];

  const partOf = new Map<Entry, number>();
  const lacking = shares.map((share) => share * entries.length);
  for (const stratum of strata) {
    const size = stratum.reduce((sum, group) => sum + group.length, 0);
    const lackingHere = shares.map((share) => share * size);
    for (const group of shuffled(stratum, seed, 'split').sort((a, b) => b.length - a.length)) {
      const part = neediest(lackingHere, lacking);
      lackingHere[part]! -= group.length;
      lacking[part]! -= group.length;
      for (const entry of group) partOf.set(entry, part);
    }
  }
  return fractions.map((_, part) => entries.filter((entry) => partOf.get(entry) === part));
}

function neediest(first: readonly number[], second: readonly number[]): number {
  let best = 0;
  for (let i = 1; i < first.length; i++) {
    const more = first[i]! - first[best]!;
    // Fractions such as 0.6 are not exact in binary: needs that differ by rounding alone are equal.
    if (more > 1e-9 || (more > -1e-9 && second[i]! > second[best]! + 1e-9)) best = i;
  }
  return best;
}

function grouped<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return [...groups.values()];
}
