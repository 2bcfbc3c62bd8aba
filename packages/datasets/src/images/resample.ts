/** A rectangle of an image, in its pixels; it may reach beyond the image. */
export interface Window {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Height and width in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** How values between pixels are found. */
export type Interpolation = 'bilinear' | 'area';

/** The smallest window of the target's proportions with this one in its middle. */
export function widened({ left, top, width, height }: Window, target: Size): Window {
  const wide = Math.max(width, (height * target.width) / target.height);
  const high = Math.max(height, (width * target.height) / target.width);
  return { left: left - (wide - width) / 2, top: top - (high - height) / 2, width: wide, height: high };
}

/**
 * For each pixel of the window at the given size, by its index: the index of the image's pixel in which its centre lies,
 * -1 beyond the image.
 */
export function nearestPixel(image: Size, window: Window, size: Size): (i: number) => number {
  const places = (start: number, length: number, outputs: number, inputs: number) =>
    Int32Array.from({ length: outputs }, (_, i) => {
      const at = Math.floor(start + ((i + 0.5) * length) / outputs);
      return at >= 0 && at < inputs ? at : -1;
    });
  const columns = places(window.left, window.width, size.width, image.width);
  const rows = places(window.top, window.height, size.height, image.height);
  return (i) => {
    const [column, row] = [columns[i % size.width]!, rows[Math.floor(i / size.width)]!];
    return column < 0 || row < 0 ? -1 : row * image.width + column;
  };
}

/** Output i draws on the inputs from `first[i]` on, with the weights from `start[i]` to `start[i + 1]`. */
interface Axis {
  first: Int32Array;
  start: Int32Array;
  weights: Float32Array;
}

/**
 * The window of an image (row-major, `channels` last) at the given size. Beyond the image all is 0.
 *
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
    for (let k = down.start[y]!; k < down.start[y + 1]!; k++) {
      const row = rowOf(first + k - down.start[y]!);
      const weight = down.weights[k]!;
      for (let i = 0; i < stride; i++) result[y * stride + i]! += weight * row[i]!;
    }
  }
  return result;
}

function shrunkRow(
  data: Uint8Array | Float32Array,
  at: number,
  channels: number,
  across: Axis,
): Float32Array {
  const { first, start, weights } = across;
  const row = new Float32Array(first.length * channels);
  for (let x = 0; x < first.length; x++) {
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      let from = at + first[x]! * channels + c;
      for (let k = start[x]!; k < start[x + 1]!; k++) {
        sum += weights[k]! * data[from]!;
        from += channels;
      }
      row[x * channels + c] = sum;
    }
  }
  return row;
}

function axis(by: Interpolation, origin: number, length: number, outputs: number, inputs: number): Axis {
  const first = new Int32Array(outputs);
  const start = new Int32Array(outputs + 1);
  const taps: number[] = [];
  const step = length / outputs;
  for (let i = 0; i < outputs; i++) {
    const [low, high] = [origin + i * step, origin + (i + 1) * step];
    const centre = (low + high) / 2;
    if (by === 'area') {
      const from = Math.max(0, Math.floor(low));
      for (let k = from; k < Math.min(inputs, Math.ceil(high)); k++) {
        taps.push((Math.min(high, k + 1) - Math.max(low, k)) / step);
      }
      first[i] = from;
    } else if (centre >= 0 && centre < inputs) {
      const at = Math.min(inputs - 1, Math.max(0, centre - 0.5));
      first[i] = Math.floor(at);
      taps.push(1 - (at - first[i]!), at - first[i]!);
      if (first[i]! + 1 >= inputs) taps.pop();
    }
    start[i + 1] = taps.length;
  }
  return { first, start, weights: Float32Array.from(taps) };
}
