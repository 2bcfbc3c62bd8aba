import { describe, expect, it } from 'vitest';
import { student, studentTest, studentWithin } from './student.js';

describe("Student's distribution", () => {
  it('has the density (1 + x² / ν)^(−(ν + 1) / 2), up to a constant, for odd and even degrees of freedom', () => {
    for (const freedom of [1, 2, 3, 4, 7, 12, 39]) {
      const density = (x: number) => (1 + x ** 2 / freedom) ** (-(freedom + 1) / 2);
      // x = tan(u) brings the whole line into (−π/2, π/2).
      const integral = (to: number) => {
        const [steps, end] = [20_000, Math.atan(to)];
        let sum = 0;
        for (let i = 0; i < steps; i++) {
          const u = ((i + 0.5) * end) / steps;
          sum += (density(Math.tan(u)) / Math.cos(u) ** 2) * (end / steps);
        }
        return sum;
      };
      for (const t of [0.3, 1, 2.5, 8])
        expect(studentWithin(t, freedom)).toBeCloseTo(integral(t) / integral(Infinity), 6);
    }
  });

  it('holds 95 % within the published quantiles', () => {
    const published = { 1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 10: 2.228, 30: 2.042, 100: 1.984 };
    for (const [freedom, t] of Object.entries(published))
      expect(studentWithin(t, Number(freedom))).toBeCloseTo(0.95, 4);
  });
});

describe('student', () => {
  it('gives 1, 2, 3 the mean 2 ± 4.303 / √3, cut to the range', () => {
    const { value, interval, of } = student([1, 2, 3], [0, 3]);
    expect([value, of]).toEqual([2, 3]);
    expect(interval![0]).toBe(0);
    expect(interval![1]).toBe(3);
    const [low, high] = student([1, 2, 3], [-9, 9]).interval!;
    expect(low).toBeCloseTo(2 - 4.3027 / Math.sqrt(3), 3);
    expect(high).toBeCloseTo(2 + 4.3027 / Math.sqrt(3), 3);
  });

  it('gives a single value no interval', () => {
    expect(student([0.7], [0, 1])).toEqual({ value: 0.7, of: 1 });
  });

  it('has p = 0.05 where the interval ends at 0, and 1 for a mean of 0', () => {
    const half = 2 - student([1, 2, 3], [-9, 9]).interval![0];
    const values = [1, 2, 3].map((x) => x - 2 + half);
    expect(student(values, [-9, 9]).interval![0]).toBeCloseTo(0, 9);
    expect(studentTest(values)).toBeCloseTo(0.05, 9);
    expect(studentTest([-1, 0, 1])).toBe(1);
  });
});
