import { checkFinite, checkPair, type Numbers } from './checks.js';

/** How many values lie above one threshold: in the prediction, in the reference, and in both at the same place. */
export interface Overlap {
  prediction: number;
  reference: number;
  both: number;
}

interface Source {
  array: Numbers;
  name: string;
  shift: number;
  wide: number;
  lanes: Int32Array;
  words: (start: number, end: number) => Int32Array;
}

const LANES = 5;
const BITS = 6;
const SUM = 2 ** BITS - 1;
const BLOCK = 128 * SUM;
const SHIFTS = [14, 13];
const tables = [/* @__PURE__ */ new Int32Array(2 ** 16), /* @__PURE__ */ new Int32Array(2 ** 17)];
const keys = ['', ''];

/**
 * Counts, for every threshold t, the values `> t`, in one pass for five thresholds.
 *
 * For numbers in [0, 2) the leading bits of a float are an index that grows with the number, and a table
 * holds for each index a word with one six-bit lane a threshold: 1 where all such numbers exceed it.
 * Adding up 63 such words (and the `&` of the two arrays') counts for all thresholds at once. An index
 * that a threshold falls into, and numbers outside [0, 2), have a negative word and are compared one by one.
 */
export function overlapCounts(
  caller: string,
  prediction: Numbers,
  reference: Numbers,
  thresholds: readonly number[],
): Overlap[] {
  checkPair(caller, 'prediction', prediction, 'reference', reference);
  const ordered = [...thresholds].sort((a, b) => a - b);
  const counts = ordered.map(() => ({ prediction: 0, reference: 0, both: 0 }));
  for (let first = 0; first < ordered.length; first += LANES) {
    const group = ordered.slice(first, first + LANES);
    const a = source(prediction, 'prediction', group);
    const b = source(reference, 'reference', group);
    for (let start = 0; start < prediction.length; start += BLOCK) {
      const end = Math.min(prediction.length, start + BLOCK);
      countBlock(caller, a, b, start, end, group, counts.slice(first));
    }
  }
  return thresholds.map((threshold) => counts[ordered.indexOf(threshold)]!);
}

function countBlock(
  caller: string,
  a: Source,
  b: Source,
  start: number,
  end: number,
  group: number[],
  counts: Overlap[],
): void {
  const { shift: shiftA, wide: wideA, lanes: lanesA } = a;
  const { shift: shiftB, wide: wideB, lanes: lanesB } = b;
  const wordsA = a.words(start, end);
  const wordsB = b.words(start, end);
  const length = end - start;
  for (let i = 0; i < length; ) {
    const stop = Math.min(length, i + SUM);
    let sumA = 0;
    let sumB = 0;
    let both = 0;
    for (; i < stop; i++) {
      const wordA = wordsA[i << wideA]!;
      const wordB = wordsB[i << wideB]!;
      let x = -1;
      let y = -1;
      if (((wordA | wordB) & 0xc0000000) === 0) {
        x = lanesA[wordA >>> shiftA]!;
        y = lanesB[wordB >>> shiftB]!;
      }
      if ((x | y) < 0) {
        if (x < 0) x = compare(caller, a, start + i, group);
        if (y < 0) y = compare(caller, b, start + i, group);
      }
      sumA += x;
      sumB += y;
      both += x & y;
    }
    for (let k = 0; k < group.length; k++) {
      const count = counts[k]!;
      count.prediction += (sumA >>> (BITS * k)) & SUM;
      count.reference += (sumB >>> (BITS * k)) & SUM;
      count.both += (both >>> (BITS * k)) & SUM;
    }
  }
}

function compare(caller: string, { array, name }: Source, i: number, group: number[]): number {
  const value = array[i]!;
  if (value - value !== 0) checkFinite(caller, `${name}[${i}]`, value);
  let lanes = 0;
  for (let k = 0; k < group.length; k++) if (value > group[k]!) lanes |= 1 << (BITS * k);
  return lanes;
}

/** What single precision holds exactly is read as the words of floats, the rest as the upper words of doubles. */
function source(array: Numbers, name: string, group: number[]): Source {
  const view = array as Partial<Float32Array>;
  const isFloat = array instanceof Float32Array;
  const wide = isFloat || (view.BYTES_PER_ELEMENT ?? 8) < 4 ? 0 : 1;
  const scratch = new (wide ? Float64Array : Float32Array)(Math.min(BLOCK, array.length));
  const scratchWords = new Int32Array(scratch.buffer);
  const shift = SHIFTS[wide]!;
  const lanes = tables[wide]!;
  if (keys[wide] !== group.join()) {
    keys[wide] = group.join();
    let from = 0;
    let above = 0;
    group.forEach((threshold, k) => {
      if (threshold >= 2) return;
      if (threshold >= 0) {
        scratch[0] = threshold + 0;
        const index = scratchWords[wide]! >>> shift;
        lanes.fill(above, from, index);
        lanes[index] = -1;
        from = index + 1;
      }
      above |= 1 << (BITS * k);
    });
    lanes.fill(above, from);
  }
  const words = (start: number, end: number) => {
    if (isFloat || array instanceof Float64Array) {
      const bytes = array.byteOffset + start * array.BYTES_PER_ELEMENT + 4 * wide;
      return new Int32Array(array.buffer, bytes, ((end - start) << wide) - wide);
    }
    scratch.set(view.subarray ? view.subarray(start, end) : Array.prototype.slice.call(array, start, end));
    return wide ? scratchWords.subarray(1) : scratchWords;
  };
  return { array, name, shift, wide, lanes, words };
}
