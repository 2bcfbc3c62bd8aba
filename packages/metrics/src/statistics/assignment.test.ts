import { describe, expect, it } from 'vitest';
import peers from '../fixtures/peers.json' with { type: 'json' };
import { assign } from './assignment.js';

describe('assign', () => {
  it("finds assignments as cheap as SciPy's, each column once", () => {
    for (const { cost, total } of peers.assignments) {
      const columns = assign(cost);
      expect(new Set(columns).size).toBe(cost.length);
      expect(columns.reduce((sum, j, i) => sum + cost[i]![j]!, 0)).toBeCloseTo(total, 12);
    }
  });

  it('takes negative and equal costs', () => {
    expect(
      assign([
        [-1, -5],
        [-2, -4],
      ]),
    ).toEqual([1, 0]);
    expect(
      new Set(
        assign([
          [0, 0, 0],
          [0, 0, 0],
          [0, 0, 0],
        ]),
      ).size,
    ).toBe(3);
  });
});
