/** Lines that are summed up side by side: the processor does their sums at once, and reads what lies together together. */
const LANES = 16;

/**
 * Replaces every value by the sum of the values in the box around it: at most `radius` pixels away along each axis, cut off
 * at the grid's edges. The time does not depend on the radius.
 */
export function boxSum(values: Float64Array, shape: readonly number[], radius: number): Float64Array {
  let step = values.length;
  for (const extent of shape) {
    const block = step;
    step /= extent;
    const before = new Float64Array((extent + 1) * LANES);
    // Along the last axis the neighbouring line begins where a line ends.
    const across = step === 1 ? extent : 1;
    const [whole, lines] = step === 1 ? [values.length, values.length / extent] : [block, step];
    for (let from = 0; from < values.length; from += whole)
      for (let line = 0; line < lines; line += LANES) {
        const lanes = Math.min(LANES, lines - line);
        sumLines(values, before, { first: from + line * across, step, across, extent, lanes, radius });
      }
  }
  return values;
}

interface Lines {
  first: number;
  /** From a value to the next of its line, and to that of the next line. */
  step: number;
  across: number;
  extent: number;
  lanes: number;
  radius: number;
}

/** Differences of the sums from the lines' start. */
function sumLines(
  values: Float64Array,
  before: Float64Array,
  { first, step, across, extent, lanes, radius }: Lines,
): void {
  for (let i = 0; i < extent; i++) {
    const sums = i * LANES;
    for (let k = 0, at = first + i * step; k < lanes; k++, at += across)
      before[sums + LANES + k] = before[sums + k]! + values[at]!;
  }
  for (let i = 0; i < extent; i++) {
    const end = Math.min(extent, i + radius + 1) * LANES;
    const start = Math.max(0, i - radius) * LANES;
    for (let k = 0, at = first + i * step; k < lanes; k++, at += across)
      values[at] = before[end + k]! - before[start + k]!;
  }
}
