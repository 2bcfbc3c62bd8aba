import type { LabelVotes } from '../votes/label-votes.js';

/** [items, classes] the share of an item's votes that each class got; zeros for an item without a vote. */
export function voteShares(votes: LabelVotes): Float64Array {
  const { raters, classes, counts } = votes;
  const identity = new Float64Array(classes * classes);
  for (let c = 0; c < classes; c++) identity[c * classes + c] = 1;
  const shares = new Float64Array(counts.length * classes);
  for (let r = 0; r < raters; r++) votes.addEvidence(r, identity, shares);
  return normalizeRows(shares, classes);
}

/**
 * E-step: belief[item, c] ∝ prior[c] Πᵣ Πₗ confusionᵣ[c, l]^vote[l], computed by logarithms; zeros where no class
 * could have given the item's votes.
 */
export function expectation(votes: LabelVotes, prior: Float64Array, confusion: Float64Array[]): Float64Array {
  const { classes, counts } = votes;
  const belief = new Float64Array(counts.length * classes);
  const logPrior = prior.map(Math.log);
  for (let at = 0; at < belief.length; at += classes) belief.set(logPrior, at);
  confusion.forEach((matrix, r) => {
    votes.addEvidence(r, matrix.map(Math.log), belief);
  });
  for (let at = 0; at < belief.length; at += classes) {
    let largest = -Infinity;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, belief[at + c]!);
    for (let c = 0; c < classes; c++)
      belief[at + c] = largest === -Infinity ? 0 : Math.exp(belief[at + c]! - largest);
  }
  return normalizeRows(belief, classes);
}

/** M-step: confusionᵣ[c, l] = Σ belief[c] · voteᵣ[l] / Σ belief[c] over the items that rater r labelled. */
export function maximization(votes: LabelVotes, belief: Float64Array): Float64Array[] {
  return Array.from({ length: votes.raters }, (_, r) => {
    const matrix = new Float64Array(votes.classes ** 2);
    votes.addCounts(r, belief, matrix);
    return normalizeRows(matrix, votes.classes);
  });
}

/** Scales each row to sum to 1, in place; a row of zeros stays. */
export function normalizeRows(rows: Float64Array, width: number): Float64Array {
  for (let at = 0; at < rows.length; at += width) {
    let sum = 0;
    for (let c = 0; c < width; c++) sum += rows[at + c]!;
    if (sum > 0) for (let c = 0; c < width; c++) rows[at + c]! /= sum;
  }
  return rows;
}

/** The largest difference between two lists of arrays. */
export function largestDifference(a: Float64Array[], b: Float64Array[]): number {
  let largest = 0;
  a.forEach((array, i) => {
    array.forEach((value, j) => {
      largest = Math.max(largest, Math.abs(value - b[i]![j]!));
    });
  });
  return largest;
}
