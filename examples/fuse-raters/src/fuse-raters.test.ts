import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buBil } from './bu-bil.js';
import { dataFolder } from './data-folder.js';
import { lidc } from './lidc.js';
import { diceTable, summarize } from './table.js';

const mean = (values: number[]) => summarize(values).mean;

describe.skipIf(!existsSync(join(dataFolder, 'bu-bil')))('BU-BIL (skipped without the data)', () => {
  test('fusions of ten experts are nearer to the gold standard than the average expert', async () => {
    const { experts, fusions } = await buBil(dataFolder, 4);
    expect(experts.size).toBe(10);
    for (const values of [...experts.values(), ...fusions.values()]) expect(values).toHaveLength(4);
    const average = mean([...experts.values()].map(mean));
    expect(mean(fusions.get('majority vote')!)).toBeGreaterThan(average);
    expect(mean(fusions.get('STAPLE')!)).toBeGreaterThan(average);
  });
});

describe.skipIf(!existsSync(join(dataFolder, 'lidc')))('LIDC (skipped without the data)', () => {
  test('readers agree with each other, and more with the others fused', async () => {
    const { slices, nodules, others } = await lidc(dataFolder, 8);
    expect(slices.length).toBeGreaterThan(nodules.length);
    expect(others.get('STAPLE')).toHaveLength(4 * nodules.length);
    expect(mean(nodules)).toBeGreaterThan(0.7);
    expect(mean(others.get('majority vote')!)).toBeGreaterThan(mean(nodules));
  });
});

test('a table gives mean, sample deviation and percentiles by nearest rank', () => {
  const [, , row] = diceTable('who', [['a', [0.1, 0.2, 0.3, 0.4]]]).split('\n');
  expect(row).toBe('| a | 4 | 0.250 | 0.129 | 0.100 | 0.200 | 0.400 |');
});
