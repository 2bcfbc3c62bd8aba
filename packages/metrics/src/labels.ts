import { check, checkList, checkOptions, checkValues, fail } from '@diff/checks';
import { checkPair, type Numbers, read } from './numbers.js';

/** A metric of several labels. */
export interface LabelScores<Value = number> {
  /** The labels, in the order they were given in. */
  labels: number[];
  /** The metric of each label against all others. */
  values: Value[];
  /** Mean over the labels. */
  macro: number;
  /** Mean over the labels, each with the share that it has of the reference; `macro` where it has none of them. */
  weighted: number;
}

/** The labels, after checking that they are different integers. */
export function checkLabels(caller: string, labels: unknown): readonly number[] {
  checkList(caller, 'labels', labels, 'an array of integers', (name, label, k) => {
    check(Number.isSafeInteger(label), caller, name, label, 'an integer');
    if ((labels as unknown[]).indexOf(label) < k)
      fail(caller, `${name} is ${label} again, expected each label once`);
  });
  return labels as number[];
}

/** Means of values: a value of NaN, which only `empty` can bring in, is left out. */
export function average(labels: readonly number[], values: number[], sizes: readonly number[]): LabelScores {
  const mean = (weights: readonly number[], otherwise: number) => {
    let total = 0;
    let all = 0;
    values.forEach((value, k) => {
      if (Number.isNaN(value) || !weights[k]) return;
      total += weights[k] * value;
      all += weights[k];
    });
    return all ? total / all : otherwise;
  };
  const macro = mean(
    labels.map(() => 1),
    Number.NaN,
  );
  return { labels: [...labels], values, macro, weighted: mean(sizes, macro) };
}

const BLOCK = 4096;

/** For every label, how many values have it: in the prediction, in the reference, in both. One pass. */
export function labelCounts(
  caller: string,
  prediction: Numbers,
  reference: Numbers,
  labels: readonly number[],
): { prediction: number; reference: number; both: number }[] {
  checkPair(caller, 'prediction', prediction, 'reference', reference);
  checkValues(caller, 'prediction', prediction);
  checkValues(caller, 'reference', reference);
  const places = new Map(labels.map((label, k) => [label, k]));
  const counts = labels.map(() => ({ prediction: 0, reference: 0, both: 0 }));
  const a = new Float64Array(Math.min(BLOCK, prediction.length));
  const b = new Float64Array(a.length);
  for (let start = 0; start < prediction.length; start += BLOCK) {
    const blockA = read(prediction, start, a.subarray(0, prediction.length - start));
    const blockB = read(reference, start, b.subarray(0, prediction.length - start));
    for (let i = 0; i < blockA.length; i++) {
      const inA = places.get(blockA[i]!);
      const inB = blockB[i] === blockA[i] ? inA : places.get(blockB[i]!);
      if (inA !== undefined) counts[inA]!.prediction++;
      if (inB !== undefined) counts[inB]!.reference++;
      if (inA !== undefined && inA === inB) counts[inA]!.both++;
    }
  }
  return counts;
}

/** One option or the other: a threshold makes two classes, labels name them. */
export function checkEither(
  caller: string,
  options: { threshold?: unknown; labels?: unknown },
  known: readonly string[],
): void {
  checkOptions(caller, options, known);
  if (options?.labels !== undefined && options.threshold !== undefined)
    fail(caller, 'threshold and labels are both given, expected one of them');
}
