import { checkNumbers, checkValues, fail } from '@diff/checks';
import { type Numbers, numbers } from '../numbers.js';
import { stack } from '../stack.js';
import { upperTail } from '../statistics/normal.js';
import { mean } from '../statistics/sum.js';

/**
 * Continuous ranked probability score of ensembles, the mean over cases of E|X − y| − ½·E|X − X′|: X and X′ are drawn from
 * the ensemble's values of the case, y is what came out. `ensemble` holds one array per member, one value per case, such as
 * the volumes of several predicted masks. In the unit of the values; 0 for a certain and right forecast; with one member
 * the mean absolute error. It is the integral of the squared difference between the ensemble's distribution function and the step at y.
 *
 * @throws RangeError for no members, arrays of unequal length, and values that are not finite
 * @see Gneiting & Raftery, *Strictly proper scoring rules, prediction, and estimation*, 2007
 */
export function crps(ensemble: readonly Numbers[], observed: Numbers): number {
  const caller = 'crps';
  const actual = bounded(caller, 'observed', observed);
  const members = stack(caller, 'ensemble', ensemble, 1, bounded);
  if (members[0]!.length !== actual.length)
    fail(caller, `ensemble[0] has ${members[0]!.length} values, expected ${actual.length}`);
  const count = members.length;
  return mean(actual, (y, i) => {
    const values = Float64Array.from(members, (member) => member[i]!).sort();
    let off = 0;
    let spread = 0;
    values.forEach((value, k) => {
      off += Math.abs(value - y);
      spread += (2 * k + 1 - count) * value; // half of Σ Σ |x − x′|, as the values are in order
    });
    return off / count - spread / count ** 2;
  });
}

/**
 * Continuous ranked probability score of normal forecasts, the mean over cases of σ·(z·(2Φ(z) − 1) + 2φ(z) − 1/√π) with
 * z = (y − μ)/σ; |y − μ| where σ is 0. In the unit of the values.
 *
 * @throws RangeError for negative deviations, empty arrays, arrays of unequal length, and values that are not finite
 * @see Gneiting et al., *Calibrated probabilistic forecasting using ensemble model output statistics*, 2005
 */
export function crpsNormal(means: Numbers, deviations: Numbers, observed: Numbers): number {
  const caller = 'crpsNormal';
  const centres = bounded(caller, 'means', means);
  const widths = sized(caller, 'deviations', deviations, centres.length);
  checkValues(caller, 'deviations', widths, 0);
  const actual = sized(caller, 'observed', observed, centres.length);
  return mean(actual, (y, i) => {
    const width = widths[i]!;
    const off = y - centres[i]!;
    if (Math.abs(off) > 1e8 * width) return Math.abs(off) - width / Math.sqrt(Math.PI);
    const z = off / width;
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    return width * (z * (1 - 2 * upperTail(z)) + 2 * density - 1 / Math.sqrt(Math.PI));
  });
}

/** Values whose sums stay finite. */
function bounded(caller: string, name: string, array: Numbers): Float64Array {
  const values = numbers(caller, name, array);
  checkValues(caller, name, values, -1e100, 1e100);
  return values;
}

function sized(caller: string, name: string, array: Numbers, length: number): Float64Array {
  checkNumbers(caller, name, array, { length });
  return bounded(caller, name, array);
}
