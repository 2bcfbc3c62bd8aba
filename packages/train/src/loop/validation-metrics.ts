import { dice, rocAuc } from '@diff/metrics';
import type { ValidationMetric } from './validation.js';

/** Area under the ROC curve of the logits for the diagnosis. */
export const auc: ValidationMetric = {
  name: 'auc',
  better: 'higher',
  compute: (outputs, examples) =>
    rocAuc(
      examples.map(({ diagnosis }) => diagnosis!),
      outputs.map(([logit]) => logit!),
    ),
};

/** Dice of the masks where a logit is above 0 and where the target is above 1/2, averaged over structures and examples. */
export const meanDice: ValidationMetric = {
  name: 'dice',
  better: 'higher',
  compute(outputs, examples) {
    const values = outputs.flatMap((logits, index) => {
      const { masks } = examples[index]!;
      return masks.map((mask, s) => {
        const predicted = Uint8Array.from(mask, (_, i) => Number(logits[i * masks.length + s]! > 0));
        return dice(predicted, mask);
      });
    });
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  },
};
