import type { ValidationMetric } from './validation.js';

/** Area under the ROC curve of the logits for the diagnosis. */
export const auc: ValidationMetric = {
  name: 'auc',
  better: 'higher',
  compute: (outputs, examples) =>
    rocAuc(
      outputs.map(([logit]) => logit!),
      examples.map(({ diagnosis }) => diagnosis!),
    ),
};

/** Dice at threshold 1/2 of logit masks, averaged over structures and examples; two empty masks count as 1. */
export const meanDice: ValidationMetric = {
  name: 'dice',
  better: 'higher',
  compute(outputs, examples) {
    const values = outputs.flatMap((logits, index) => {
      const { masks } = examples[index]!;
      return masks.map((mask, s) => {
        let [both, either] = [0, 0];
        for (let i = 0; i < mask.length; i++) {
          const [p, t] = [logits[i * masks.length + s]! > 0 ? 1 : 0, mask[i]! >= 0.5 ? 1 : 0];
          both += p * t;
          either += p + t;
        }
        return either ? (2 * both) / either : 1;
      });
    });
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  },
};

function rocAuc(scores: number[], labels: number[]): number {
  let [wins, pairs] = [0, 0];
  for (const [i, a] of scores.entries())
    for (const [j, b] of scores.entries())
      if (labels[i] === 1 && labels[j] === 0) {
        pairs++;
        wins += a > b ? 1 : a === b ? 0.5 : 0;
      }
  return wins / pairs;
}
