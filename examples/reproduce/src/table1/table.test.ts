import { expect, it } from 'vitest';
import { networksFor } from './networks.js';
import { type Table1Row, table1, table1Bars } from './table.js';

const row = (arm: string, seed: number, cup: number[], more: Partial<Table1Row> = {}): Table1Row => ({
  ...{ task: 'fundus', seed, arm, weights: 1234, dice: { cup }, auc: 0.75, milliseconds: 50, bytes: 2e6 },
  ...more,
});
const rows = [
  row('mean vote itself', 0, [0.9, 0.9], { weights: 0, milliseconds: undefined, bytes: undefined }),
  row('Baseline-Seg', 0, [0.5, 0.7]),
  row('Baseline-Seg', 1, [0.6, 0.8]),
  row('ceNet', 1, [0.7, 0.9], { milliseconds: 40 }),
  row('ceNet', 0, [0.6, 0.8], { bytes: 3e6 }),
];

it('has means over cases, differences case by case within each seed, the shortest step and the most memory', () => {
  const text = table1(rows, 'Baseline-Seg');
  expect(text).toContain('| network | weights | step, ms | memory, MB | soft Dice, cup | − Baseline-Seg |');
  expect(text).toContain('| mean vote itself |  |  |  | 0.900 [0.900, 0.900] | +0.300 [+0.200, +0.400] |');
  expect(text).toMatch(/\| Baseline-Seg \| 1,234 \| 50 \| 2 \| 0\.650 \[0\.5\d+, 0\.7\d+\] \| {2}\|/);
  expect(text).toMatch(
    /\| ceNet \| 1,234 \| 40 \| 3 \| 0\.750 \[0\.\d+, 0\.\d+\] \| \+0\.100 \[\+0\.100, \+0\.100\] \|/,
  );
});

it('as bars has the mean of every seed', () => {
  const bars = table1Bars(rows);
  expect(bars.map(({ panel, name }) => [panel, name])).toEqual(
    ['mean vote itself', 'Baseline-Seg', 'ceNet'].map((name) => ['cup', name]),
  );
  for (const [i, want] of [0.8, 0.7].entries()) expect(bars[2]!.values[i]).toBeCloseTo(want, 12);
});

it('compares on each task what the paper does, and on LIDC the general networks', () => {
  const general = ['Baseline-Seg', 'T&G, paper', 'T&G, released', 'T&G, balanced'];
  const others = (task: Parameters<typeof networksFor>[0]) => {
    const names = networksFor(task);
    expect(names.slice(0, 4)).toEqual(general);
    return names.slice(4).sort();
  };
  expect(others('fundus')).toEqual(['agNet', 'atNet', 'beal', 'ceNet', 'pOsal']);
  expect(others('thyroid')).toEqual(['casCnn', 'mpCnn', 'tnsCnn', 'tnsNet', 'trfeNet']);
  expect(others('skin')).toEqual(['ddn', 'frCn', 'iFcn', 'jaccNet', 'unver']);
  expect(others('lidc')).toEqual([]);
  for (const [small, paper] of [
    ['fundus', 'refuge2'],
    ['thyroid', 'tnmix'],
    ['skin', 'isic'],
  ] as const)
    expect(networksFor(paper)).toEqual(networksFor(small));
});
