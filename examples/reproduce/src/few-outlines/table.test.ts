import { describe, expect, it } from 'vitest';
import { type FewRow, fewTables, pearson, scoresOf } from './table.js';

const label = { diagnosis: [0, 0, 1, 1], biomarker: [1, 2, 3, 4] };
const row = (arm: string, seed: number, biomarker: number[], dice = 0.8): FewRow => ({
  ...{ arm, seed, label },
  result: { dice: { cup: [dice, dice] }, distance: { cup: [1, 2] }, biomarker },
});

describe('Few outlines', () => {
  it('reads AUC and correlation off the predicted biomarker', () => {
    expect(scoresOf(row('A', 0, [2, 4, 6, 8]))).toEqual({
      ...{ dice: { cup: 0.8 }, distance: { cup: 1.5 }, auc: 1 },
      correlation: 1,
    });
    expect(scoresOf(row('A', 0, [3, 1, 2, 2])).auc).toBe(0.5);
    expect(pearson([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(pearson([1, 2, 4], [2, 2, 2])).toBe(0);
    // By hand: deviations −1, 0, 1 and −1, 1, 0.
    expect(pearson([1, 2, 3], [1, 3, 2])).toBeCloseTo(0.5, 12);
  });

  it('compares arms seed by seed', () => {
    const text = fewTables(
      [
        ...[row('plain', 0, [1, 2, 3, 4], 0.8), row('plain', 1, [1, 3, 2, 4], 0.7)],
        ...[row('T&G', 0, [1, 2, 3, 4], 0.81), row('T&G', 1, [1, 2, 3, 4], 0.71)],
      ],
      'plain',
    );
    expect(text).toContain('| network | soft Dice, cup | correlation of the biomarker |');
    expect(text).toMatch(/\| T&G \| 0\.760 ± 0\.635 \| 1\.000 ± 0\.000 \|/);
    expect(text).toMatch(/Less plain’s:[\s\S]*\| T&G \| \+0\.010 \[\+0\.010, \+0\.010\] \| \+0\.100 /);
    expect(text).toMatch(/Less plain’s:[\s\S]*\| plain \| {2}\| {2}\|/);
  });
});
