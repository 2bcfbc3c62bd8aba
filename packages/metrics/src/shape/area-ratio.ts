import { checkOptions } from '@diff/checks';
import { binarise } from '../geometry.js';
import { checkPair, checkReturned, type Numbers, ratio } from '../numbers.js';
import { itself, sum } from '../statistics/sum.js';

/**
 * How many times the area (or volume) of the second mask the first one has, |part| / |whole|: such as the
 * cup-to-disc area ratio. Masks are binarised with `> threshold` (0.5 by default). 0 for an empty part.
 *
 * @throws RangeError where the whole is empty and no `empty` is given; for empty arrays, arrays of unequal
 * length, and values that are not finite
 */
export function areaRatio(
  part: Numbers,
  whole: Numbers,
  options: { threshold?: number; empty?: number } = {},
): number {
  checkOptions('areaRatio', options, ['threshold', 'empty']);
  checkReturned('areaRatio', 'empty', options.empty);
  checkPair('areaRatio', 'part', part, 'whole', whole);
  const area = (name: string, mask: Numbers) =>
    sum(binarise('areaRatio', name, mask, options.threshold), itself);
  return ratio(
    'areaRatio',
    area('part', part),
    area('whole', whole),
    options.empty,
    'whole is an empty mask',
  );
}
