import { checkOneOf, checkOptions, checkSeed } from '@diff/checks';
import { type Entry, patientOf } from './entry.js';
import { groupBy } from './group-by.js';
import { shuffled } from './shuffle.js';

export interface PartitionOptions {
  /** What must not be torn apart. Default: `'patient'`. */
  by?: 'patient' | 'case' | ((entry: Entry) => string);
  /** What every part should have its share of. Default: `'diagnosis'`. `false`: nothing but the number of cases. */
  stratify?: 'diagnosis' | false | ((entry: Entry) => string | undefined);
  /** Default: 0. */
  seed?: number;
}

/** @throws TypeError, RangeError for an option that is unknown or makes no sense. */
export function checkPartition(
  who: string,
  options: PartitionOptions | undefined,
  more: readonly string[] = [],
): void {
  checkOptions(who, options, ['by', 'stratify', 'seed', ...more]);
  const { by = 'patient', stratify = 'diagnosis', seed = 0 } = options ?? {};
  if (typeof by !== 'function') checkOneOf(who, 'by', by, ['patient', 'case']);
  if (typeof stratify !== 'function' && stratify !== false)
    checkOneOf(who, 'stratify', stratify, ['diagnosis']);
  checkSeed(who, seed);
}

/**
 * The entries in parts of about the sizes that `fractions` asks for (they may sum to less than 1; the rest is left
 * over). Groups are dealt out from the largest to the smallest, in an order drawn from `seed` among equals, each to the
 * part that lacks the most of what the group has: Σ over labels of the group's count × the part's lack ÷ the total;
 * among equals, the part that lacks the most cases.
 * So a patient with a benign and a malignant nodule counts for both. The order of entries is kept.
 */
export function partition(
  entries: readonly Entry[],
  fractions: readonly number[],
  { by = 'patient', stratify = 'diagnosis', seed = 0 }: PartitionOptions = {},
): Entry[][] {
  const groupOf = by === 'patient' ? patientOf : by === 'case' ? (entry: Entry) => entry.id : by;
  const labelOf = stratify === 'diagnosis' ? (entry: Entry) => entry.diagnosis : stratify || (() => '');
  const label = (entry: Entry) => String(labelOf(entry));
  const totals = counts(entries, label);
  const left = Math.max(0, 1 - fractions.reduce((a, b) => a + b, 0));
  const shares = left > 1e-9 ? [...fractions, left] : fractions;
  const lacking = shares.map((share) => new Map([...totals].map(([name, total]) => [name, share * total])));
  const room = shares.map((share) => share * entries.length);

  const partOf = new Map<Entry, number>();
  const groups = shuffled([...groupBy(entries, groupOf).values()], seed, 'split').sort(
    (a, b) => b.length - a.length,
  );
  for (const group of groups) {
    const holds = counts(group, label);
    const needs = lacking.map((lack) => {
      let need = 0;
      for (const [name, count] of holds) need += (count * lack.get(name)!) / totals.get(name)!;
      return need;
    });
    // Fractions such as 0.6 are not exact in binary: needs that differ by rounding alone are equal.
    const most = Math.max(...needs) - 1e-9;
    let part = -1;
    needs.forEach((need, i) => {
      if (need >= most && (part < 0 || room[i]! > room[part]! + 1e-9)) part = i;
    });
    room[part]! -= group.length;
    for (const [name, count] of holds) lacking[part]!.set(name, lacking[part]!.get(name)! - count);
    for (const entry of group) partOf.set(entry, part);
  }
  return fractions.map((_, part) => entries.filter((entry) => partOf.get(entry) === part));
}

function counts(entries: readonly Entry[], label: (entry: Entry) => string): Map<string, number> {
  const result = new Map<string, number>();
  for (const entry of entries) result.set(label(entry), (result.get(label(entry)) ?? 0) + 1);
  return result;
}
