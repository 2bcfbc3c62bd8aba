import { describe, expect, it } from 'vitest';
import type { Cell } from './arm.js';
import type { Settings } from './options.js';
import { againstBaseline, overSeeds, summarise } from './summary.js';

const cell = (arm: string, seed: number, cup: number[]): Cell => ({
  task: 'fundus',
  seed,
  arm,
  weights: 1234,
  loss: 0.5,
  dice: { cup },
  auc: 0.75,
});
const baseline = [cell('Baseline-Seg', 0, [0.5, 0.7]), cell('Baseline-Seg', 1, [0.6, 0.8])];

describe('the tables', () => {
  it("give the mean over seeds with Student's interval", () => {
    // Three values, mean 2, deviation 1: 4.303 / √3.
    expect(overSeeds([1, 2, 3])).toBe('2.000 ± 2.484');
    expect(overSeeds([0.25])).toBe('0.250');
  });

  it('compare an arm with the baseline case by case, within each seed', () => {
    const better = [cell('T&G', 1, [0.7, 0.9]), cell('T&G', 0, [0.6, 0.8])];
    expect(againstBaseline(better, baseline, 'cup')).toBe('+0.100 [+0.100, +0.100]');
    const mixed = [cell('T&G', 0, [0.4, 0.9]), cell('T&G', 1, [0.6, 0.8])];
    expect(againstBaseline(mixed, baseline, 'cup')).toMatch(/^\+0\.025 \[−0\.\d+, \+0\.\d+\]$/);
  });

  it('have a row an arm and say with what settings they were made', () => {
    const text = summarise(
      [...baseline, cell('T&G', 0, [0.6, 0.8]), cell('T&G', 1, [0.7, 0.9])],
      'Baseline-Seg',
      {
        epochs: 40,
        engine: 'wasm',
      } as Settings,
    );
    expect(text).toContain('Settings: epochs 40, engine wasm.');
    expect(text).toContain('### fundus (2 seeds)');
    expect(text).toMatch(/\| T&G \| 1,234 \| 0\.750 ± 0\.635 \| \+0\.100 \[\+0\.100, \+0\.100\] \|/);
  });
});
