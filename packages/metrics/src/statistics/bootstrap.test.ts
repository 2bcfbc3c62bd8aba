import { describe, expect, it } from 'vitest';
import asah from '../fixtures/asah.json' with { type: 'json' };
import fixtures from '../fixtures/scikit-learn.json' with { type: 'json' };
import { bootstrap, delong, rocAuc } from '../index.js';

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('bootstrap', () => {
  const { values, percentile, bca, two } = fixtures.bootstrap;

  it("gives SciPy's percentile and bias-corrected intervals, up to chance", () => {
    for (const [method, expected] of Object.entries({ percentile, bca })) {
      const result = bootstrap([values], mean, { method: method as 'bca', resamples: 50_000, seed: 4 });
      // the interval is about 1.3 wide, and its ends vary by about 0.01 with so many resamples
      expect(Math.abs(result.interval[0] - expected[0]!)).toBeLessThan(0.02);
      expect(Math.abs(result.interval[1] - expected[1]!)).toBeLessThan(0.03);
    }
    expect(bca[1]! - percentile[1]!).toBeGreaterThan(0.06);
  });

  it("gives SciPy's bias-corrected interval of two samples as that of two strata", () => {
    const { x, y } = two;
    const sample = [...x, ...y];
    const strata = sample.map((_, i) => Number(i >= x.length));
    const difference = (data: Float64Array) =>
      mean(data.subarray(0, x.length)) - mean(data.subarray(x.length));
    const { interval } = bootstrap([sample], difference, { strata, method: 'bca', resamples: 50_000 });
    expect(Math.abs(interval[0] - two.bca[0]!)).toBeLessThan(0.03);
    expect(Math.abs(interval[1] - two.bca[1]!)).toBeLessThan(0.03);
  });

  it('has the standard error of a mean, s·√((n − 1)/n)/√n', () => {
    const n = values.length;
    const average = mean(Float64Array.from(values));
    const population = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / n;
    const { estimate, standardError } = bootstrap([values], mean, { resamples: 20_000 });
    expect(estimate).toBeCloseTo(average, 12);
    expect(standardError / Math.sqrt(population / n)).toBeCloseTo(1, 1);
  });

  it("comes close to DeLong's interval of an area under the curve", () => {
    const { outcome, s100b } = asah;
    const { interval, samples } = bootstrap([outcome, s100b], rocAuc, { strata: outcome, seed: 1 });
    const expected = delong(outcome, s100b).interval;
    expect(Math.abs(interval[0] - expected[0])).toBeLessThan(0.02);
    expect(Math.abs(interval[1] - expected[1])).toBeLessThan(0.02);
    expect(samples.length).toBe(2000);
    expect(Float64Array.from(samples).sort()).toEqual(samples);
  });

  it('resamples within strata, rows together', () => {
    const labels = [0, 1, 1, 0, 1];
    const seen = new Set<string>();
    bootstrap(
      [labels, [10, 20, 30, 40, 50]],
      (stratum, row) => {
        expect([...stratum]).toEqual(labels);
        row.forEach((value, i) => {
          expect([20, 30, 50].includes(value)).toBe(labels[i] === 1);
        });
        seen.add(String(row));
        return 0;
      },
      { strata: labels, resamples: 500 },
    );
    expect(seen.size).toBeGreaterThan(50);
  });

  it('lets the statistic sort what it gets, and leaves the columns as they were', () => {
    const column = Float64Array.of(3, 1, 2);
    const median = (data: Float64Array) => data.sort()[1]!;
    for (const method of ['percentile', 'bca'] as const) {
      expect(bootstrap([column, column], median, { method, resamples: 50 }).estimate).toBe(2);
      expect([...column]).toEqual([3, 1, 2]);
    }
  });

  it('gives the same for the same seed, and something else for another', () => {
    const samples = (seed?: number) => bootstrap([values], mean, { seed, resamples: 20 }).samples;
    expect(samples(7)).toEqual(samples(7));
    expect(samples()).toEqual(samples(0));
    expect(samples(8)).not.toEqual(samples(7));
    expect(samples(2 ** 40)).not.toEqual(samples(2 ** 41));
  });

  it('reports progress and stops when told', () => {
    const controller = new AbortController();
    const progress: number[] = [];
    const onProgress = (done: number, total: number) => {
      expect(total).toBe(50);
      progress.push(done);
      if (done === 3) controller.abort(new Error('enough'));
    };
    const run = () => bootstrap([values], mean, { resamples: 50, onProgress, signal: controller.signal });
    expect(run).toThrow('enough');
    expect(progress).toEqual([1, 2, 3]);
  });

  it("says when 'bca' has nothing to correct", () => {
    let calls = 0;
    const highAtFirst = () => (calls++ ? 1 : 2);
    expect(() => bootstrap([[1, 2, 3]], highAtFirst, { method: 'bca', resamples: 20 })).toThrow(
      "bootstrap: all resamples lie on one side of the estimate, which 'bca' cannot correct",
    );
    expect(bootstrap([[2, 2, 2]], mean, { method: 'bca', resamples: 20 }).interval).toEqual([2, 2]);
  });
});
