import { useBackend } from '@diff/backend';
import { describe, expect, it } from 'vitest';
import { type Figure2Settings, figure2Cell } from './cell.js';
import { figure2Table } from './table.js';

const place = { out: '', data: {} };

describe('figure2Table', () => {
  const settings: Figure2Settings = {
    task: 'skin',
    network: '',
    trainedOn: 'all',
    seed: 0,
    train: 24,
    test: 16,
    size: 32,
    depth: 18,
    width: 2,
    steps: 3,
    learningRate: 1e-3,
    schedule: 'cosine',
  };

  it('puts noMask first and each gain beside it, paired by seed', () => {
    const outcome = (network: string, seed: number, auc: number) => ({
      settings: { ...settings, network, seed },
      result: { R1: auc, R2: auc, R3: auc + 0.1, R4: auc - 0.1, MV: auc },
    });
    const table = figure2Table(
      'skin',
      ['R1', 'R2', 'R3', 'R4'],
      [
        outcome('noMask', 0, 0.7),
        outcome('dlCat', 0, 0.8),
        outcome('noMask', 1, 0.5),
        outcome('dlCat', 1, 0.6),
      ],
    );
    const [header, , noMask, dlCat, limits] = table
      .split('\n')
      .map((line) => line.split(' | ').map((cell) => cell.trim()));
    expect(header!.slice(1)).toEqual(['R1', 'R2', 'R3', 'R4', 'MV', 'gain over noMask |']);
    expect(noMask![1]).toMatch(/^60\.0 ± /);
    expect(dlCat![3]).toMatch(/^80\.0 ± /);
    expect(dlCat!.at(-1)).toMatch(/^10\.0 ± 0\.0 /);
    // R1 of skin is the diagnosis-aware one.
    expect(Number(limits![1])).toBeGreaterThan(Number(limits![2]));
  });

  it('has its cells from real trainings', async () => {
    await useBackend({ prefer: 'wasm' });
    const result = await figure2Cell({ ...settings, network: 'dlCat' }, place);
    expect(Object.keys(result)).toEqual(['R1', 'R2', 'R3', 'R4', 'MV']);
    for (const auc of Object.values(result)) expect(auc >= 0 && auc <= 1).toBe(true);
    const each = await figure2Cell({ ...settings, network: 'dlRoi', trainedOn: 'R2' }, place);
    expect(Object.keys(each)).toEqual(['R2']);
  });
});
