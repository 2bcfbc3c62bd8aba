import { checkInteger, fail } from '@diff/checks';
import { numbersOf } from './numbers.js';
import { isMissing, type Panel } from './panel.js';

const MOST = 255;

/** A label: an integer that an `Int32Array` holds. */
export function checkLabel(name: string, what: string, value: unknown): asserts value is number {
  checkInteger(name, what, value, -(2 ** 31), 2 ** 31 - 1);
}

/** The labels given, at most 255 and no two alike; without any, those that the raters of `panel` use, ascending. */
export function labelsOf(panel: Panel, given: unknown, what: string): number[] {
  if (given === undefined) return labelsIn(panel, what);
  const { name } = panel;
  const labels = Array.from(numbersOf(name, 'labels', given));
  labels.forEach((label, c) => {
    checkLabel(name, `labels[${c}]`, label);
    if (labels.indexOf(label) < c) fail(name, `labels[${c}] is ${label} again, expected different ones`);
  });
  if (labels.length > MOST) fail(name, `labels has ${labels.length} values, expected at most ${MOST}`);
  return labels;
}

function labelsIn(panel: Panel, what: string): number[] {
  const { name, raters, length } = panel;
  const found = new Set<number>();
  for (const rater of raters) {
    let last = Number.NaN;
    for (let j = 0; j < length; j++) {
      const value = rater.mask[j]!;
      if (value === last || isMissing(panel, rater, j)) continue;
      last = value;
      if (found.has(value)) continue;
      checkLabel(name, `${what}[${rater.index}][${j}]`, value);
      found.add(value);
      if (found.size > MOST) fail(name, `${what} have over ${MOST} different values, expected labels`);
    }
  }
  if (!found.size) fail(name, `${what} hold no vote at all, expected one or more`);
  return [...found].sort((a, b) => a - b);
}

/** A few labels, for an error message. */
export function someLabels(labels: readonly number[]): string {
  return labels.length > 8 ? `${labels.slice(0, 8).join(', ')}, …` : labels.join(', ');
}
