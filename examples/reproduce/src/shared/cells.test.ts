import { describe, expect, it } from 'vitest';
import { grid } from './cells.js';

describe('grid', () => {
  it('has every task of a seed before the next seed, each in a file named by its settings', () => {
    const cells = grid('worth', { tasks: ['skin', 'fundus'], seeds: 2 }, () => ({ size: 64, width: 8 }));
    expect(cells.map(({ id }) => id)).toEqual([
      'skin-seed0-size64-width8',
      'fundus-seed0-size64-width8',
      'skin-seed1-size64-width8',
      'fundus-seed1-size64-width8',
    ]);
    expect(cells[1]!.settings).toEqual({ task: 'fundus', seed: 0, size: 64, width: 8 });
  });
});
