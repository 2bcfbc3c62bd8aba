import { describe, expect, it } from 'vitest';
import { againstBaseline, type Table5Row, table5 } from './table.js';

const row = (arm: string, seed: number, cup: number[]): Table5Row => ({
  task: 'fundus',
  seed,
  arm,
  weights: 1234,
  dice: { cup },
  auc: 0.75,
});
const baseline = [row('Baseline-Seg', 0, [0.5, 0.7]), row('Baseline-Seg', 1, [0.6, 0.8])];

describe('Table 5', () => {
  it('compares an arm with the baseline case by case, within each seed', () => {
    const better = [row('T&G', 1, [0.7, 0.9]), row('T&G', 0, [0.6, 0.8])];
    expect(againstBaseline(better, baseline, 'cup')).toBe('+0.100 [+0.100, +0.100]');
    const mixed = [row('T&G', 0, [0.4, 0.9]), row('T&G', 1, [0.6, 0.8])];
    expect(againstBaseline(mixed, baseline, 'cup')).toMatch(/^\+0\.025 \[−0\.\d+, \+0\.\d+\]$/);
  });

  it('has a row per arm, with means over seeds', () => {
    const text = table5([...baseline, row('T&G', 0, [0.6, 0.8]), row('T&G', 1, [0.7, 0.9])], 'Baseline-Seg');
    expect(text).toContain('### fundus (2 seeds)');
    expect(text).toContain('| Baseline-Seg | 1,234 | 0.650 ± 0.635 |  | 0.750 ± 0.000 |');
    expect(text).toMatch(/\| T&G \| 1,234 \| 0\.750 ± 0\.635 \| \+0\.100 \[\+0\.100, \+0\.100\] \|/);
  });
});
