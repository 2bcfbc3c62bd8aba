import { useBackend } from '@diff/backend';
import { beforeAll, describe, expect, it } from 'vitest';
import { sine } from '../fixtures/plain-loops.js';
import { sinePositions } from './positions.js';

beforeAll(() => useBackend({ prefer: 'cpu' }));

describe('sinePositions', () => {
  it.each([
    [3, 5, 8],
    [4, 2, 6],
    [1, 1, 7],
    [2, 3, 1],
  ])('equals the formula in plain loops: %i × %i places, depth %i', (rows, columns, depth) => {
    const values = sinePositions([rows, columns], depth);
    expect(values.shape).toEqual([1, rows * columns, depth]);
    values.arraySync()[0]!.forEach((row, i) => {
      row.forEach((x, j) => {
        expect(x).toBeCloseTo(sine(rows, columns, depth)[i]![j]!, 6);
      });
    });
    values.dispose();
  });

  it("gives what DETR's PositionEmbeddingSine gives", () => {
    // PyTorch, normalize=True, num_pos_feats=4, on a 2 × 3 map: pos[0, :, 1, 2] and pos[0, :, 0, 1].
    const values = sinePositions([2, 3], 8).arraySync()[0]!;
    const expected = {
      5: [0, 1, 0.0627905, 0.9980267, 0, 1, 0.0627905, 0.9980267],
      1: [0, -1, 0.0314107, 0.9995065, -0.8660247, -0.5000011, 0.0418756, 0.9991228],
    };
    for (const [place, row] of Object.entries(expected))
      row.forEach((x, j) => {
        expect(values[Number(place)]![j]).toBeCloseTo(x, 5);
      });
  });

  it('tells all places apart', () => {
    const rows = sinePositions([6, 7], 16).arraySync()[0]!;
    const distances = rows.flatMap((a, i) =>
      rows.slice(0, i).map((b) => Math.hypot(...a.map((x, j) => x - b[j]!))),
    );
    expect(Math.min(...distances)).toBeGreaterThan(0.05);
  });
});
