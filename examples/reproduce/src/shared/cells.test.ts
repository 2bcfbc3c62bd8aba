import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Cell, grid, store, stored } from './cells.js';

describe('the run folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'diff-cells-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const cell: Cell<object> = {
    id: 'skin/a',
    kind: 'figure2',
    settings: { seed: 1, arm: { blocks: ['B1'] } },
  };

  it('gives a result back under the same settings only', async () => {
    expect(stored(folder, cell)).toBeUndefined();
    await store(folder, cell, { result: { R1: 0.5 }, seconds: 2 });
    expect(stored(folder, cell)).toEqual({ settings: cell.settings, result: { R1: 0.5 }, seconds: 2 });
    expect(stored(folder, { ...cell, settings: { seed: 2, arm: { blocks: ['B1'] } } })).toBeUndefined();
    expect(stored(folder, { ...cell, settings: { seed: 1, arm: { blocks: ['B2'] } } })).toBeUndefined();
  });

  it('takes an option that is not set for one that is not there', async () => {
    const unset = { ...cell, settings: { seed: 1, arm: { blocks: ['B1'], variant: undefined } } };
    expect(stored(folder, unset)).toMatchObject({ result: { R1: 0.5 } });
  });

  it('does not take a damaged file for a missing one', () => {
    writeFileSync(join(folder, 'broken.json'), '{"settings": ');
    expect(() => stored(folder, { ...cell, id: 'broken' })).toThrow(SyntaxError);
  });
});

describe('grid', () => {
  it('has every task of a seed before the next seed, each in a file named by its settings', () => {
    const cells = grid('worth', { tasks: ['skin', 'fundus'], seeds: 2 }, { size: 64, width: 8 });
    expect(cells.map(({ id }) => id)).toEqual([
      'skin-seed0-size64-width8',
      'fundus-seed0-size64-width8',
      'skin-seed1-size64-width8',
      'fundus-seed1-size64-width8',
    ]);
    expect(cells[1]!.settings).toEqual({ task: 'fundus', seed: 0, size: 64, width: 8 });
  });
});
