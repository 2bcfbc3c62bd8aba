import type { Raster } from './raster.js';

/** What a value of a mask's file says: inside the structure or not, or to what degree, 0 to 1. */
export type Rule = (value: number) => boolean | number;

const isSet: Rule = (value) => value > 0;
const aboveHalf = { 255: (value: number) => value > 127, 65535: (value: number) => value > 32767 };
const asDegree = { 255: (value: number) => value / 255, 65535: (value: number) => value / 65535 };
const aboveOneHalf: Rule = (value) => value > 0.5;
const asItIs: Rule = (value) => value;

/** Numbers up to this, beside 0 and full scale, are taken for labels and not for levels of grey. */
const LABELS = 32;
/** More different values than this are levels of grey. */
const FEW = 34;

/**
 * How the values of a mask's file are to be read where the caller gives no rule of its own.
 *
 * - `undefined`: inside or outside. Where there is one value beside 0, it is inside, be it 1, 255 or 65535; levels of grey and
 *   degrees are inside above half. Several labels are refused, since which is meant cannot be known.
 * - `'degrees'`: the share of full scale, or of values without one themselves.
 *
 * @throws Error where the values cannot be read so.
 */
export function ruleOf(raster: Raster, meaning: Rule | 'degrees' | undefined): Rule {
  if (typeof meaning === 'function') return meaning;
  const values = distinct(raster);
  const [low, high] = [values[0]!, values.at(-1)!];
  if (low < 0)
    throw new Error(
      `values from ${low} to ${high}, expected 0 or more: the options above and class say what is inside`,
    );
  const white = raster.white as 255 | 65535 | undefined;
  if (meaning === 'degrees') {
    if (white === undefined) {
      if (high > 1) throw new Error(`values up to ${high}, expected degrees from 0 to 1`);
      return asItIs;
    }
    if (raster.labels) throw new Error('a palette of colours, expected degrees of grey');
    if (high === 1) throw new Error(`its values are 0 and 1 of ${white}, expected degrees of grey`);
    return asDegree[white];
  }
  const set = values.filter((value) => value !== 0);
  const whole = values.every(Number.isInteger);
  if (!raster.lossy && whole && set.length <= 1) return isSet;
  const labels = set.filter((value) => value !== white);
  if (
    !raster.lossy &&
    whole &&
    (raster.labels ||
      white === undefined ||
      (values.length < FEW && labels.every((value) => value <= LABELS)))
  ) {
    const some = set.slice(0, 8).join(', ');
    throw new Error(
      `it has the labels ${some}${set.length > 8 ? ', …' : ''}: the option class says which to take, or degrees that they are levels of grey`,
    );
  }
  if (white !== undefined) return aboveHalf[white];
  if (high > 1)
    throw new Error(`values from ${low} to ${high}: the options above and class say what is inside`);
  return aboveOneHalf;
}

/** The different values of the first channel in rising order; of very many the first and the extremes. */
function distinct({ data, channels }: Raster): number[] {
  if (data instanceof Uint8Array) {
    const present = new Uint8Array(256);
    for (let i = 0; i < data.length; i += channels) present[data[i]!] = 1;
    return [...present.keys()].filter((value) => present[value]);
  }
  const found = new Set<number>();
  let [low, high] = [data[0]!, data[0]!];
  for (let i = 0; i < data.length; i += channels) {
    const value = data[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
    if (found.size < 256) found.add(value);
  }
  return [...found.add(low).add(high)].sort((a, b) => a - b);
}
