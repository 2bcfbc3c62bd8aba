import { checkNumber, checkValues } from '@diff/checks';
import { checkMask, checkPair, type Numbers, read } from '../numbers.js';

/** How many values lie above one threshold: in the prediction, in the reference, and in both at the same place. */
export interface Overlap {
  prediction: number;
  reference: number;
  both: number;
}

interface Source {
  /** How many words a value has: 1 for floats, 2 for doubles. */
  stride: number;
  table: Int32Array;
  values: (start: number, end: number) => Float32Array | Float64Array;
}

const HALF = [0.5];
const LANES = 5;
const BLOCK = 8064; // a multiple of 63
const KNOWN = -0x80000000;
const TWO = 0x40000; // the index of 2, for floats and doubles alike

const tables: Int32Array[] = [];
const keys: string[] = [];

/**
 * Counts, for every threshold, the values `>` it: five thresholds in one pass.
 *
 * The leading 20 bits of a float are an index that grows with it, and a table holds at each index a word
 * with one six-bit lane a threshold, 1 where all numbers of that index exceed it. The sum of up to 63
 * words, or of the bitwise and of both arrays' words, then counts for five thresholds at once. An index that
 * a threshold falls into, or that is not of [0, 2), has no `KNOWN` word: such numbers are compared one by one, and
 * only they can be a third label, which is refused unless the caller of the metric gave `thresholds`.
 */
export function overlapCounts(
  caller: string,
  prediction: Numbers,
  reference: Numbers,
  given: readonly number[] | undefined,
  otherwise: readonly number[] = HALF,
  instead?: string,
): Overlap[] {
  checkPair(caller, 'prediction', prediction, 'reference', reference);
  for (const threshold of given ?? []) checkNumber(caller, 'threshold', threshold);
  // -0 would take the half of the table that belongs to the sign
  const thresholds = (given ?? otherwise).map((threshold) => threshold + 0);
  const ordered = [...thresholds].sort((a, b) => a - b);
  let outside = false;
  const counts = ordered.map(() => ({ prediction: 0, reference: 0, both: 0 }));
  for (let first = 0; first < ordered.length; first += LANES) {
    const group = ordered.slice(first, first + LANES);
    const a = source(prediction, group);
    const b = source(reference, group);
    for (let start = 0; start < prediction.length; start += BLOCK) {
      const end = Math.min(prediction.length, start + BLOCK);
      const check = countBlock(a, b, start, end, group, counts.slice(first));
      if (Number.isNaN(check)) {
        checkValues(caller, 'prediction', prediction);
        checkValues(caller, 'reference', reference);
      }
      outside ||= check > 0;
    }
  }
  if (outside && given === undefined) {
    checkMask(caller, 'prediction', prediction, instead);
    checkMask(caller, 'reference', reference, instead);
  }
  return thresholds.map((threshold) => counts[ordered.indexOf(threshold)]!);
}

/** Adds to the counts, and returns how many values lie outside [0, 1], or NaN if one is not finite. */
function countBlock(
  a: Source,
  b: Source,
  start: number,
  end: number,
  group: number[],
  counts: Overlap[],
): number {
  const { stride: strideA, table: tableA } = a;
  const { stride: strideB, table: tableB } = b;
  const valuesA = a.values(start, end);
  const valuesB = b.values(start, end);
  const wordsA = leadingWords(valuesA, strideA);
  const wordsB = leadingWords(valuesB, strideB);
  let check = 0;
  // no call and no constant of the module in this loop: both make V8 spill registers
  for (let i = 0; i < valuesA.length; ) {
    const stop = Math.min(valuesA.length, i + 63);
    let sumA = 0;
    let sumB = 0;
    let both = 0;
    for (; i < stop; i++) {
      const x = tableA[wordsA[Math.imul(i, strideA)]! >>> 12]!;
      const y = tableB[wordsB[Math.imul(i, strideB)]! >>> 12]!;
      const z = x & y;
      if (z < 0) {
        sumA += x;
        sumB += y;
        both += z;
      } else {
        const valueA = valuesA[i]!;
        const valueB = valuesB[i]!;
        let exactA = 0;
        let exactB = 0;
        check +=
          valueA - valueA + (valueB - valueB) + +(valueA > 1 || valueA < 0) + +(valueB > 1 || valueB < 0);
        for (let k = group.length - 1; k >= 0; k--) {
          exactA = (exactA << 6) + +(valueA > group[k]!);
          exactB = (exactB << 6) + +(valueB > group[k]!);
        }
        sumA += exactA;
        sumB += exactB;
        both += exactA & exactB;
      }
    }
    for (let k = 0; k < group.length; k++) {
      const count = counts[k]!;
      count.prediction += (sumA >>> (6 * k)) & 63;
      count.reference += (sumB >>> (6 * k)) & 63;
      count.both += (both >>> (6 * k)) & 63;
    }
  }
  return check;
}

/** The floats, or the halves of the doubles that hold sign, exponent and leading digits. */
function leadingWords(values: Float32Array | Float64Array, stride: number): Int32Array {
  const first = values.byteOffset + 4 * (stride - 1);
  return new Int32Array(values.buffer, first, (values.length - 1) * stride + 1);
}

/** What single precision holds exactly is read as floats, the rest as doubles. */
function source(array: Numbers, group: number[]): Source {
  const { BYTES_PER_ELEMENT: bytes = 8 } = array as Partial<Float32Array>;
  const stride = array instanceof Float32Array || bytes < 4 ? 1 : 2;
  const scratch = new (stride === 1 ? Float32Array : Float64Array)(Math.min(BLOCK, array.length));
  return {
    stride,
    table: tableOf(stride, group, scratch),
    values(start, end) {
      if (array instanceof Float32Array || array instanceof Float64Array) return array.subarray(start, end);
      return read<Float32Array | Float64Array>(array, start, scratch.subarray(0, end - start));
    },
  };
}

/** The table of these thresholds: kept until others come, as the same are mostly asked for again. */
function tableOf(stride: number, group: number[], scratch: Float32Array | Float64Array): Int32Array {
  tables[stride] ??= new Int32Array(2 ** 20);
  const table = tables[stride];
  if (keys[stride] === `${group}`) return table;
  keys[stride] = `${group}`;
  const word = leadingWords(scratch, stride);
  let from = 0;
  let known = KNOWN;
  group.forEach((threshold, k) => {
    if (threshold >= 0) {
      scratch[0] = threshold;
      const index = word[0]! >>> 12;
      table.fill(known, from, Math.min(index, TWO));
      table[index] = 0;
      from = index + 1;
    }
    known |= 1 << (6 * k);
  });
  table.fill(known, from, TWO);
  return table;
}
