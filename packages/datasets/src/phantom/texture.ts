import type { Stream } from '../dataset/stream.js';

/**
 * A smooth random field over a square of `size`² pixels, about mean 0 and variance 1: a lattice of `columns` ×
 * `rows` normal values, interpolated by the cubic B-spline. The same lattice gives the same field at every size.
 */
export function smoothField(random: Stream, size: number, columns: number, rows = columns): Float32Array {
  const stride = columns + 3;
  const lattice = whiteNoise(random, stride * (rows + 3));
  const [across, along] = [spline(size, columns), spline(size, rows)];
  const drawn = new Float32Array((rows + 3) * size);
  for (let r = 0; r < rows + 3; r++) {
    for (let column = 0; column < size; column++) {
      const at = r * stride + across.first[column]!;
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += across.weights[4 * column + k]! * lattice[at + k]!;
      drawn[r * size + column] = sum * DEVIATION;
    }
  }
  const field = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    const [w0, w1, w2, w3] = along.weights.subarray(4 * row, 4 * row + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const from = along.first[row]! * size;
    for (let column = 0; column < size; column++) {
      const at = from + column;
      field[row * size + column] =
        w0 * drawn[at]! + w1 * drawn[at + size]! + w2 * drawn[at + 2 * size]! + w3 * drawn[at + 3 * size]!;
    }
  }
  return field;
}

/** 1 / (mean over a cell of the sum of squared B-spline weights), which restores a variance of 1. */
const DEVIATION = 1 / 0.479;

/** For each pixel, which four lattice points it lies between and how much each counts. */
function spline(size: number, cells: number): { first: Int32Array; weights: Float64Array } {
  const first = new Int32Array(size);
  const weights = new Float64Array(4 * size);
  for (let i = 0; i < size; i++) {
    const position = ((i + 0.5) / size) * cells;
    const cell = Math.min(cells - 1, Math.floor(position));
    const t = position - cell;
    first[i] = cell;
    weights.set(
      [(1 - t) ** 3 / 6, t ** 3 / 2 - t ** 2 + 2 / 3, (1 + 3 * t + 3 * t ** 2 - 3 * t ** 3) / 6, t ** 3 / 6],
      4 * i,
    );
  }
  return { first, weights };
}

/** Octaves of `smoothField`, each with twice the cells and half the strength of the one before; variance about 1. */
export function fractalField(random: Stream, size: number, cells: number, octaves: number): Float32Array {
  const sum = new Float32Array(size * size);
  const norm = Math.sqrt((1 - 0.25 ** octaves) / 0.75);
  for (let octave = 0; octave < octaves; octave++) {
    const field = smoothField(random, size, cells * 2 ** octave);
    for (let i = 0; i < sum.length; i++) sum[i]! += (field[i]! * 0.5 ** octave) / norm;
  }
  return sum;
}

/** White noise of mean 0 and variance 1 blurred by Gaussians of the given pixels, and brought back to variance 1. */
export function grain(random: Stream, size: number, across: number, along = across): Float32Array {
  const noise = whiteNoise(random, size * size);
  return blurred(blurred(noise, size, across, 1, true), size, along, size, true);
}

function whiteNoise(random: Stream, length: number): Float32Array {
  const noise = new Float32Array(length);
  for (let i = 0; i < length; i++) noise[i] = random.normal();
  return noise;
}

/** Both passes of a Gaussian blur of `deviation` pixels; the image's edge is repeated. */
export function gaussianBlurred(values: Float32Array, size: number, deviation: number): Float32Array {
  return blurred(blurred(values, size, deviation, 1, false), size, deviation, size, false);
}

function blurred(values: Float32Array, size: number, deviation: number, step: number, keepVariance: boolean) {
  if (deviation < 0.2) return values;
  const reach = Math.ceil(2.5 * deviation);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-0.5 * ((k - reach) / deviation) ** 2),
  );
  const norm = keepVariance ? Math.hypot(...kernel) : kernel.reduce((a, b) => a + b, 0);
  const result = new Float32Array(values.length);
  const padded = new Float64Array(size + 2 * reach);
  for (let line = 0; line < size; line++) {
    const start = step === 1 ? line * size : line;
    for (let i = 0; i < padded.length; i++) {
      padded[i] = values[start + Math.min(size - 1, Math.max(0, i - reach)) * step]! / norm;
    }
    for (let i = 0; i < size; i++) {
      let total = 0;
      for (let k = 0; k < kernel.length; k++) total += kernel[k]! * padded[i + k]!;
      result[start + i * step] = total;
    }
  }
  return result;
}
