/*
 * COCO's short form of runs: each as six-bit characters from '0' on, five bits of its value at a time from the lowest, the
 * sixth saying that more follow. From the fourth run on it is the difference to the run two before. Source: the COCO API.
 */

/** @throws Error where the text is none, or holds more than `most` runs. */
export function decodeCounts(text: string, most: number): number[] {
  const counts: number[] = [];
  for (let at = 0; at < text.length; ) {
    let [value, scale, more] = [0, 1, true];
    while (more) {
      const bits = text.charCodeAt(at) - 48;
      if (!(bits >= 0 && bits < 64) || scale > 2 ** 45)
        throw new Error(
          `character ${at} of its counts is ${JSON.stringify(text.charAt(at))}, expected short runs`,
        );
      value += (bits & 31) * scale;
      scale *= 32;
      more = (bits & 32) !== 0;
      if (!more && bits & 16) value -= scale;
      at++;
    }
    if (counts.length >= most) throw new Error(`its counts are more than ${most} runs`);
    counts.push(counts.length > 2 ? value + counts.at(-2)! : value);
  }
  return counts;
}

export function encodeCounts(counts: readonly number[]): string {
  let text = '';
  counts.forEach((count, i) => {
    let value = i > 2 ? count - counts[i - 2]! : count;
    for (let more = true; more; ) {
      const bits = value & 31;
      value >>= 5;
      more = bits & 16 ? value !== -1 : value !== 0;
      text += String.fromCharCode((more ? bits | 32 : bits) + 48);
    }
  });
  return text;
}

/** A mask's runs, column by column, in turn outside and inside. */
export function countsOf(mask: ArrayLike<number>, width: number, height: number): number[] {
  const counts: number[] = [];
  let [inside, run] = [false, 0];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if (mask[y * width + x]! > 0 !== inside) {
        counts.push(run);
        [inside, run] = [!inside, 0];
      }
      run++;
    }
  }
  return [...counts, run];
}
