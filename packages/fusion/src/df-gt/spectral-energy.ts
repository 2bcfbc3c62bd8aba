import { checkInteger, checkNumber, checkNumbers, checkOptions, checkValues } from '@diff/checks';

/** Whose energies are finite. */
const WITHIN = [-1e100, 1e100] as const;

/**
 * The share of a map's spectral energy at high frequencies: Σ |X(f)|² over f > `cutoff` · Nyquist, divided by that over
 * all f but 0, with X the discrete Fourier transform and f the larger of the two frequencies, row-wise and column-wise.
 *
 * A map without any variation has no energy to share out, and gives 0.
 *
 * @param map `height · width` values, row-major
 * @param size Of the map in pixels, and `cutoff` as a share of the Nyquist frequency (half a cycle per pixel), in [0, 1];
 *   default 0.25.
 * @returns In [0, 1].
 */
export function highFrequencyShare(
  map: ArrayLike<number>,
  size: { height: number; width: number; cutoff?: number },
): number {
  const who = 'highFrequencyShare';
  checkOptions(who, size, ['height', 'width', 'cutoff']);
  const { height, width, cutoff = 0.25 } = size ?? {};
  checkInteger(who, 'height', height, 1);
  checkInteger(who, 'width', width, 1);
  checkNumber(who, 'cutoff', cutoff, 0, 1);
  checkNumbers(who, 'map', map, { length: height * width });
  checkValues(who, 'map', map, ...WITHIN);
  let mean = 0;
  for (let p = 0; p < map.length; p++) mean += map[p]! / map.length;

  // Rows first, then columns, each as a plain sum: exact for any size, and cheap at the sizes of a map.
  const rows = transform(
    Float64Array.from(map, (value) => value - mean),
    new Float64Array(map.length),
    height,
    width,
    1,
    width,
  );
  const [re, im] = transform(rows[0], rows[1], width, height, width, 1);
  let [high, all] = [0, 0];
  for (let u = 0; u < height; u++) {
    for (let v = 0; v < width; v++) {
      const p = u * width + v;
      const energy = re[p]! ** 2 + im[p]! ** 2;
      all += energy;
      if (2 * Math.max(Math.min(u, height - u) / height, Math.min(v, width - v) / width) > cutoff)
        high += energy;
    }
  }
  // What remains of a constant map is rounding.
  return all > 1e-12 * map.length ** 2 * Math.max(1, mean * mean) ? high / all : 0;
}

/** The Fourier transform of `lines` lines of `size` values, `step` apart within a line and `stride` between lines. */
function transform(
  re: Float64Array,
  im: Float64Array,
  lines: number,
  size: number,
  step: number,
  stride: number,
): [Float64Array, Float64Array] {
  const cos = Float64Array.from({ length: size }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sin = Float64Array.from({ length: size }, (_, k) => Math.sin((2 * Math.PI * k) / size));
  const out: [Float64Array, Float64Array] = [new Float64Array(re.length), new Float64Array(re.length)];
  for (let line = 0; line < lines; line++) {
    for (let u = 0; u < size; u++) {
      let [a, b] = [0, 0];
      for (let i = 0; i < size; i++) {
        const p = line * stride + i * step;
        const k = (u * i) % size;
        a += re[p]! * cos[k]! + im[p]! * sin[k]!;
        b += im[p]! * cos[k]! - re[p]! * sin[k]!;
      }
      out[0][line * stride + u * step] = a;
      out[1][line * stride + u * step] = b;
    }
  }
  return out;
}
