import { check, fail } from '@diff/checks';
import { someLabels } from './labels.js';
import { hasHoles, isMissing, type Panel, type Rater } from './panel.js';
import { groupRows, spread } from './rows.js';

/**
 * Votes for one of C classes, as expectation–maximisation needs them: `items` are patterns of labels or, with
 * soft votes, pixels. vote[l] is the share of a rater's vote that goes to class l.
 */
export interface LabelVotes {
  raters: number;
  classes: number;
  /** [items] how many pixels an item stands for. */
  counts: Float64Array;
  /** scores[item, c] += Σₗ matrix[c, l] · vote[l] of rater r. */
  addEvidence(r: number, matrix: Float64Array, scores: Float64Array): void;
  /** matrix[c, l] += Σ over items of counts · belief[item, c] · vote[l] of rater r. */
  addCounts(r: number, belief: Float64Array, matrix: Float64Array): void;
  /** The `width` values of each pixel's item. */
  toPixels(values: Float64Array, width: number): Float64Array;
}

const NO_LABEL = 255;

/** One of at most 255 `labels` per pixel; pixels that all raters labelled alike are one item. */
export function hardVotes(panel: Panel, labels: readonly number[], what: string): LabelVotes {
  const classes = labels.length;
  const raters = panel.raters.length;
  const planes = panel.raters.map((rater) => codesOf(panel, rater, labels, what));
  const groups = groupRows(planes, panel.length);
  const { counts, rows } = groups;
  return {
    raters,
    classes,
    counts,
    addEvidence(r, matrix, scores) {
      for (let k = 0; k < counts.length; k++) {
        const label = rows[k * raters + r]!;
        if (label === NO_LABEL) continue;
        for (let c = 0; c < classes; c++) scores[k * classes + c]! += matrix[c * classes + label]!;
      }
    },
    addCounts(r, belief, matrix) {
      for (let k = 0; k < counts.length; k++) {
        const label = rows[k * raters + r]!;
        if (label === NO_LABEL) continue;
        for (let c = 0; c < classes; c++)
          matrix[c * classes + label]! += counts[k]! * belief[k * classes + c]!;
      }
    },
    toPixels: (values, width) => spread(groups, values, width),
  };
}

/** The place of each pixel's label in `labels`, in an array whose memory can be read by words. */
function codesOf(panel: Panel, rater: Rater, labels: readonly number[], what: string): Uint8Array {
  const { name, length } = panel;
  const codes = new Uint8Array((length + 3) & ~3).subarray(0, length);
  const places = new Map(labels.map((label, c) => [label, c]));
  const holes = hasHoles(panel, rater);
  let label = Number.NaN;
  let code = NO_LABEL;
  for (let j = 0; j < length; j++) {
    if (holes && isMissing(panel, rater, j)) {
      codes[j] = NO_LABEL;
      continue;
    }
    const value = rater.mask[j]!;
    if (value !== label) {
      const place = places.get(value);
      if (place === undefined)
        check(false, name, `${what}[${rater.index}][${j}]`, value, `one of ${someLabels(labels)}`);
      label = value;
      code = place;
    }
    codes[j] = code;
  }
  return codes;
}

/** C shares in [0, 1] per pixel, classes last, that sum to 1, or to 0 where there is no vote. */
export function softVotes(panel: Panel, classes: number): LabelVotes {
  const raters = panel.raters.map((rater) => sharesOf(panel, rater, classes));
  return {
    raters: raters.length,
    classes,
    counts: new Float64Array(panel.length).fill(1),
    addEvidence(r, matrix, scores) {
      const shares = raters[r]!;
      for (let at = 0; at < shares.length; at += classes)
        for (let l = 0; l < classes; l++) {
          const share = shares[at + l]!;
          // 0 · log 0 is 0 here, but NaN in floating point.
          if (share > 0)
            for (let c = 0; c < classes; c++) scores[at + c]! += share * matrix[c * classes + l]!;
        }
    },
    addCounts(r, belief, matrix) {
      const shares = raters[r]!;
      for (let at = 0; at < shares.length; at += classes)
        for (let l = 0; l < classes; l++) {
          const share = shares[at + l]!;
          if (share > 0)
            for (let c = 0; c < classes; c++) matrix[c * classes + l]! += belief[at + c]! * share;
        }
    },
    toPixels: (values) => values.slice(),
  };
}

function sharesOf(panel: Panel, rater: Rater, classes: number): ArrayLike<number> {
  const { name, length } = panel;
  const holes = hasHoles(panel, rater);
  const shares = holes ? new Float64Array(rater.mask) : rater.mask;
  for (let j = 0; j < length; j++) {
    const row = j * classes;
    if (holes && isMissing(panel, rater, j)) {
      (shares as Float64Array).fill(0, row, row + classes);
      continue;
    }
    let sum = 0;
    for (let l = 0; l < classes; l++) {
      const share = shares[row + l]!;
      if (!(share >= 0)) check(false, name, `votes[${rater.index}][${row + l}]`, share, '0 or more');
      sum += share;
    }
    if (sum !== 0 && Math.abs(sum - 1) > 1e-5)
      fail(name, `votes[${rater.index}] sum to ${sum} at pixel ${j}, expected 1 (or 0: no vote)`);
  }
  return shares;
}
