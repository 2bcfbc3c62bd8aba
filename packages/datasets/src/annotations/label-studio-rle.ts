import type { Runs } from './shape.js';

/**
 * The brush strokes of Label Studio as runs. They are the samples of a picture of four channels, packed as @thi.ng/rle-pack
 * does it: after a header (32 bits: how many samples; 5: the bits of one, less 1; 4 × 4: the bits of four kinds of length, less
 * 1) runs of one bit (repeated or not), two (the kind of length), the length less 1, and the sample or samples. A
 * pixel is inside where its fourth channel is above half.
 *
 * @throws Error where they end too early, or have another number of samples than the picture.
 */
export function readBrush(bytes: Uint8Array, { width, height }: { width: number; height: number }): Runs {
  let at = 0;
  const read = (bits: number) => {
    if (at + bits > 8 * bytes.length) throw new Error('its rle ends too early');
    let value = 0;
    for (let k = 0; k < bits; k++, at++) value = 2 * value + ((bytes[at >> 3]! >> (7 - (at & 7))) & 1);
    return value;
  };
  const samples = read(32);
  if (samples !== 4 * width * height)
    throw new Error(`its rle has ${samples} samples, expected 4 × ${width} × ${height}`);
  const word = read(5) + 1;
  const lengths = Array.from({ length: 4 }, () => read(4) + 1);
  const half = 2 ** (word - 1);
  const runs: number[] = [];
  let [inside, run] = [false, 0];
  const add = (pixels: number, isInside: boolean) => {
    if (isInside !== inside) {
      runs.push(run);
      [inside, run] = [isInside, 0];
    }
    run += pixels;
  };
  // How many fourth samples lie before a place.
  const before = (sample: number) => Math.floor(sample / 4);
  for (let i = 0; i < samples; ) {
    const repeated = read(1) === 1;
    const end = Math.min(samples, i + 1 + read(lengths[read(2)]!));
    if (repeated) {
      const isInside = read(word) >= half;
      const pixels = before(end) - before(i);
      if (pixels) add(pixels, isInside);
    } else {
      for (let k = i; k < end; k++) {
        const isInside = read(word) >= half;
        if (k % 4 === 3) add(1, isInside);
      }
    }
    i = end;
  }
  return { left: 0, top: 0, width, height, runs: [...runs, run] };
}
