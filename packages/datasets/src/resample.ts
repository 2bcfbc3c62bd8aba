/** A rectangle of an image, in its pixels; it may reach beyond the image. */
export interface Window {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

export type Interpolation = 'nearest' | 'bilinear' | 'area';

/** The smallest window of the target's proportions with this one in its middle. */
export function widened({ left, top, width, height }: Window, target: Size): Window {
  const wide = Math.max(width, (height * target.width) / target.height);
  const high = Math.max(height, (width * target.height) / target.width);
  return { left: left - (wide - width) / 2, top: top - (high - height) / 2, width: wide, height: high };
}

/** For each output position: the first input position that it draws on, and the weights from there on. */
interface Axis {
  first: Int32Array;
  weights: Float32Array[];
}

/**
 * The window of an image (row-major, `channels` last) at the given size. Beyond the image all is 0.
 *
 * - `nearest`: the pixel in which the output pixel's centre lies.
 * - `bilinear`: between the four pixels around the output pixel's centre, edges repeated; no smoothing, so it is for
 *   enlarging and for slight reduction.
 * - `area`: the mean over the rectangle that the output pixel covers, each input pixel counted by its covered share.
 */
export function resample(
  data: Uint8Array | Float32Array,
  { width, height, channels }: Size & { channels: number },
  window: Window,
  size: Size,
  by: Interpolation,
): Float32Array {
  const across = axis(by, window.left, window.width, size.width, width);
  const down = axis(by, window.top, window.height, size.height, height);
  const rows = new Map<number, Float32Array>();
  const rowOf = (y: number) => {
    let row = rows.get(y);
    if (!row) {
      row = shrunkRow(data, y * width * channels, channels, across);
      rows.set(y, row);
    }
    return row;
  };
  const stride = size.width * channels;
  const result = new Float32Array(size.height * stride);
  for (let y = 0; y < size.height; y++) {
    const first = down.first[y]!;
    // Rows above what this output row draws on are not needed again.
    for (const old of rows.keys()) if (old < first) rows.delete(old);
    down.weights[y]!.forEach((weight, k) => {
      const row = rowOf(first + k);
      for (let i = 0; i < stride; i++) result[y * stride + i]! += weight * row[i]!;
    });
  }
  return result;
}

function shrunkRow(
  data: Uint8Array | Float32Array,
  start: number,
  channels: number,
  { first, weights }: Axis,
) {
  const row = new Float32Array(first.length * channels);
  for (let x = 0; x < first.length; x++) {
    const taps = weights[x]!;
    const from = start + first[x]! * channels;
    for (let k = 0; k < taps.length; k++) {
      for (let c = 0; c < channels; c++) row[x * channels + c]! += taps[k]! * data[from + k * channels + c]!;
    }
  }
  return row;
}

function axis(by: Interpolation, start: number, length: number, outputs: number, inputs: number): Axis {
  const first = new Int32Array(outputs);
  const weights: Float32Array[] = [];
  const step = length / outputs;
  for (let i = 0; i < outputs; i++) {
    const [low, high] = [start + i * step, start + (i + 1) * step];
    const centre = (low + high) / 2;
    const taps: number[] = [];
    if (by === 'area') {
      const from = Math.max(0, Math.floor(low));
      for (let k = from; k < Math.min(inputs, Math.ceil(high)); k++) {
        taps.push((Math.min(high, k + 1) - Math.max(low, k)) / step);
      }
      first[i] = from;
    } else if (centre >= 0 && centre < inputs) {
      if (by === 'nearest') {
        first[i] = Math.floor(centre);
        taps.push(1);
      } else {
        const at = Math.min(inputs - 1, Math.max(0, centre - 0.5));
        first[i] = Math.floor(at);
        taps.push(1 - (at - first[i]!), at - first[i]!);
        if (first[i]! + 1 >= inputs) taps.length = 1;
      }
    }
    weights.push(Float32Array.from(taps));
  }
  return { first, weights };
}
