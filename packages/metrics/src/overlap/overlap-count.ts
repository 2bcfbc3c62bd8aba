import { checkNumber, checkValues } from '@diff/checks';
import { checkMask, checkPair, type Numbers, read } from '../numbers.js';
import type { Overlap } from './overlap-counts.js';

const BLOCK = 4096;

/** How many values are `> threshold`. Without a threshold it is 0.5, and label maps are refused. */
export function overlapCount(
  caller: string,
  prediction: Numbers,
  reference: Numbers,
  threshold?: number,
): Overlap {
  checkPair(caller, 'prediction', prediction, 'reference', reference);
  if (threshold !== undefined) checkNumber(caller, 'threshold', threshold);
  const limit = threshold ?? 0.5;
  const { length } = prediction;
  const [scratchP, scratchR] = [new Float64Array(BLOCK), new Float64Array(BLOCK)];
  const count = { prediction: 0, reference: 0, both: 0 };
  let check = 0;
  let outside = 0;
  for (let start = 0; start < length; start += BLOCK) {
    const blockP = read(prediction, start, scratchP.subarray(0, length - start));
    const blockR = read(reference, start, scratchR.subarray(0, length - start));
    let [inP, inR, inBoth] = [0, 0, 0];
    for (let i = 0; i < blockP.length; i++) {
      const p = blockP[i]!;
      const r = blockR[i]!;
      check += p - p + (r - r);
      outside |= +(p > 1) | +(p < 0) | +(r > 1) | +(r < 0);
      const isP = +(p > limit);
      const isR = +(r > limit);
      inP += isP;
      inR += isR;
      inBoth += isP & isR;
    }
    count.prediction += inP;
    count.reference += inR;
    count.both += inBoth;
  }
  for (const [name, mask] of [['prediction', prediction] as const, ['reference', reference] as const]) {
    if (check !== 0) checkValues(caller, name, mask);
    if (outside && threshold === undefined) checkMask(caller, name, mask, '`labels` or `threshold`');
  }
  return count;
}

/** The same of masks of 0 and 1. */
export function overlapOf(prediction: Uint8Array, reference: Uint8Array): Overlap {
  let [inP, inR, inBoth] = [0, 0, 0];
  for (let i = 0; i < prediction.length; i++) {
    inP += prediction[i]!;
    inR += reference[i]!;
    inBoth += prediction[i]! & reference[i]!;
  }
  return { prediction: inP, reference: inR, both: inBoth };
}
