import { checkNumber, checkOptions } from '@diff/checks';
import type { Size } from '../images/resample.js';
import { checkPlane } from '../images/sized.js';

export interface OutlineOptions {
  /** Inside is what is above this. Default: 0.5. */
  threshold?: number;
}

/** @throws RangeError or TypeError where an option is unknown or has no meaning. */
export function thresholdOf(who: string, options: OutlineOptions): number {
  checkOptions(who, options, ['threshold']);
  const { threshold = 0.5 } = options;
  checkNumber(who, 'threshold', threshold, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  return threshold;
}

/** A mask as 0 and 1, one value per pixel. */
export function insideOf(
  who: string,
  values: ArrayLike<number>,
  { width, height }: Size,
  threshold: number,
): Uint8Array {
  checkPlane(who, values, { width, height });
  return Uint8Array.from(values, (value) => Number(value > threshold));
}
