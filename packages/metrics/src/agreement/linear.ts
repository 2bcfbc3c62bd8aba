import { checkNumber, fail } from '@diff/checks';
import { studentQuantile } from '../statistics/mean-interval.js';
import { itself, mean, sum } from '../statistics/sum.js';
import type { AgreementInterval } from './cohen-kappa.js';

/**
 * Student's interval of an estimate from what each unit changes in it, to first order: its variance is
 * U/(U − 1) · Σ (zᵤ − z̄)² over U units.
 */
export function studentInterval(
  caller: string,
  estimate: number,
  changes: number[],
  level = 0.95,
): AgreementInterval {
  checkNumber(caller, 'level', level, 0, 1, { open: true });
  const units = changes.length;
  if (units < 2) fail(caller, `there are ${units} units, expected at least 2 for a standard error`);
  const centre = mean(changes, itself);
  const standardError = Math.sqrt((sum(changes, (change) => (change - centre) ** 2) * units) / (units - 1));
  const margin = studentQuantile(level, units - 1) * standardError;
  return { estimate, standardError, interval: [estimate - margin, Math.min(1, estimate + margin)] };
}
