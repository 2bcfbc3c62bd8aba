import { bootstrap } from '@diff/metrics';

/** What a test case scored, and the seed of its round. */
export interface Scored {
  value: number;
  seed: number;
}

/**
 * The mean over cases, with its 95 % bootstrap interval: cases resampled within each seed. It says what another draw of test cases would
 * change; what another training would, seeds say.
 */
export function resampled(
  scored: readonly Scored[],
  show: (x: number) => string = (x) => x.toFixed(3),
): string {
  const values = scored.map(({ value }) => value);
  const { interval } = bootstrap([values], (column) => mean([...column]), {
    strata: scored.map(({ seed }) => seed),
  });
  return `${show(mean(values))} [${interval.map(show).join(', ')}]`;
}

/** `+0.123`, `−0.123` */
export const signed = (x: number) => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(3)}`;

export const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
