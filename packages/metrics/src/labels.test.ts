import { describe, expect, it } from 'vitest';
import {
  confusion,
  confusionAccumulator,
  dice,
  diceAccumulator,
  generalizedEnergyDistance,
  hausdorff,
  instanceScores,
  jaccard,
  perimeter,
  precision,
  relativeVolumeDifference,
  sensitivity,
  softDice,
  specificity,
} from './index.js';
import { checkLabels, labelCounts } from './labels.js';

const prediction = Array.from({ length: 10_000 }, (_, i) => (i * 7) % 5);
const reference = Array.from({ length: 10_000 }, (_, i) => (i * i) % 5);
const labels = [1, 4, 2];
const only = (map: number[], label: number) => map.map((value) => Number(value === label));

describe('labels', () => {
  it('give what each label gives alone, in one pass', () => {
    for (const metric of [dice, jaccard, sensitivity, precision]) {
      const scores = metric(prediction, reference, { labels, empty: 0 });
      const alone = labels.map((k) => metric(only(prediction, k), only(reference, k), { empty: 0 }));
      expect(scores.labels).toEqual(labels);
      expect(scores.values).toEqual(alone);
      expect(scores.macro).toBeCloseTo(alone.reduce((a, b) => a + b) / 3, 12);
      const sizes = labels.map((k) => only(reference, k).reduce((a, b) => a + b, 0));
      const total = sizes.reduce((a, b) => a + b);
      expect(scores.weighted).toBeCloseTo(
        alone.reduce((sum, value, i) => sum + value * sizes[i]!, 0) / total,
        12,
      );
    }
    expect(confusion(prediction, reference, { labels: [1] })).toEqual([
      confusion(only(prediction, 1), only(reference, 1)),
    ]);
  });

  it('a label map that is refused is answered with what the function takes', () => {
    const map = [0, 1, 2, 3];
    const shape = [2, 2];
    const calls: [() => unknown, string][] = [
      [() => hausdorff(map, map, { shape }), '`labels` or `threshold`'],
      [() => confusion(map, map), '`labels` or `threshold`'],
      [() => diceAccumulator().update(map, map), '`labels` or `thresholds`'],
      [() => softDice(map, map), '`thresholds`'],
      [() => generalizedEnergyDistance([map], [map]), '`threshold`'],
      [() => instanceScores(map, map, { shape }), '`threshold`'],
      [() => perimeter(map, { shape }), '`threshold`'],
    ];
    for (const [call, options] of calls)
      expect(call).toThrow(new RegExp(`holds 0, 1, 2, expected a mask of two values; give ${options}$`));
  });

  it('are refused where they are no different integers, and label maps without them', () => {
    expect(() => dice([0, 1, 2, 2], [0, 2, 1, 1])).toThrow(
      'dice: prediction holds 0, 1, 2, expected a mask of two values; give `labels` or `threshold`',
    );
    expect(dice([0, 1, 2, 2], [0, 2, 1, 1], { labels: [1, 2] }).macro).toBe(0);
    expect(dice([0, 255], [0, 1])).toBe(1);
    expect(() => checkLabels('who', [1, 1])).toThrow('who: labels[1] is 1 again, expected each label once');
    expect(() => dice([0, 1], [0, 1], { labels: [1], threshold: 0 } as never)).toThrow(
      'dice: threshold and labels are both given, expected one of them',
    );
    expect(labelCounts('who', [1, 2], [2, 2], [2])).toEqual([{ prediction: 1, reference: 2, both: 1 }]);
  });

  it('are named where a mask of one of them is empty', () => {
    const calls: [() => unknown, string][] = [
      [() => sensitivity([7, 1], [1, 1], { labels: [1, 7] }), 'reference is an empty mask for label 7'],
      [() => precision([1, 1], [7, 1], { labels: [1, 7] }), 'prediction is an empty mask for label 7'],
      [() => specificity([7, 1], [7, 7], { labels: [7] }), 'reference has no background for label 7'],
      [() => relativeVolumeDifference([1], [2], { labels: [1] }), 'reference is an empty mask for label 1'],
      [() => hausdorff([7], [1], { labels: [7], shape: [1] }), 'reference is an empty mask for label 7'],
    ];
    for (const [call, message] of calls) expect(call).toThrow(`: ${message}; give the value to return as`);
    expect(() => sensitivity([0], [0])).toThrow('sensitivity: reference is an empty mask; give');
  });

  it('are left out of the means where empty is NaN', () => {
    const { values, macro } = dice([1, 1], [1, 0], { labels: [1, 9], empty: Number.NaN });
    expect(values[1]).toBeNaN();
    expect(macro).toBeCloseTo(2 / 3, 12);
  });

  it('count in accumulators as in the parts together', () => {
    const total = diceAccumulator({ labels });
    const tables = confusionAccumulator({ labels });
    const other = diceAccumulator({ labels });
    total.update(prediction.slice(0, 3000), reference.slice(0, 3000));
    other.update(prediction.slice(3000), reference.slice(3000));
    total.merge(JSON.parse(JSON.stringify({ state: other.state })));
    tables.update(prediction, reference);
    expect(total.compute()).toEqual(dice(prediction, reference, { labels }));
    expect(tables.compute()).toEqual(confusion(prediction, reference, { labels }));
  });
});
