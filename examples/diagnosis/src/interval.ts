/** 97.5 % quantiles of Student's t for 1, 2, … degrees of freedom. */
const quantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/** Mean of a few values and the half-width of its 95 % interval (Student's t); no width for a single value. */
export function meanInterval(values: readonly number[]): { mean: number; half: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const t = quantiles[values.length - 2] ?? (values.length > 1 ? 1.96 : Number.NaN);
  return { mean, half: t * Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** As a percentage: `93.1 ± 1.2`. */
export function percent(values: readonly number[]): string {
  const { mean, half } = meanInterval(values);
  const value = (100 * mean).toFixed(1);
  return Number.isFinite(half) ? `${value} ± ${(100 * half).toFixed(1)}` : value;
}
