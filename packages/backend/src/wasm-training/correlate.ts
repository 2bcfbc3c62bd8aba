import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gemm } from './gemm.js';

const PANEL = 8;

/** Images of a batch, one after the other, with zeros around them. */
export interface PaddedImages {
  /** The byte where the padded image begins. */
  address(image: number): number;
  /** Bytes of a row and of a pixel. */
  row: number;
  pixel: number;
  dispose(): void;
}

/** The images of `x`, [b, h, w, c], each with `rows` and `columns` of zeros before and after it. */
export function pad(
  backend: BackendWasm,
  x: TensorInfo,
  rows: readonly [number, number],
  columns: readonly [number, number],
): PaddedImages {
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const pixel = channels * 4;
  const row = (width + columns[0] + columns[1]) * pixel;
  if (![...rows, ...columns].some(Boolean)) {
    const start = backend.getMemoryOffset(x.dataId);
    return { address: (image) => start + image * height * row, row, pixel, dispose() {} };
  }
  const scratch = backend.makeOutput([height + rows[0] + rows[1], row / 4], 'float32');
  const padded = backend.typedArrayFromHeap(scratch).fill(0);
  const values = backend.typedArrayFromHeap(x);
  const start = backend.getMemoryOffset(scratch.dataId);
  return {
    address(image) {
      for (let r = 0; r < height; r++) {
        const from = (image * height + r) * width * channels;
        padded.set(
          values.subarray(from, from + width * channels),
          ((r + rows[0]) * row + columns[0] * pixel) / 4,
        );
      }
      return start;
    },
    row,
    pixel,
    dispose: () => void backend.disposeData(scratch.dataId),
  };
}

/** A filter laid out for `correlate`: for 8 output channels after the other, its taps and input channels. */
export interface PackedFilter {
  address: number;
  taps: [number, number];
  channels: number;
  outputs: number;
  dispose(): void;
}

/** `weight(row, column, channel)` is where in `filter` the weights of the outputs begin, `step` apart. */
export function pack(
  backend: BackendWasm,
  filter: TensorInfo,
  [rows, columns]: [number, number],
  channels: number,
  outputs: number,
  weight: (row: number, column: number, channel: number) => number,
  step: number,
): PackedFilter {
  const scratch = backend.makeOutput([Math.ceil(outputs / PANEL), rows, columns, channels, PANEL], 'float32');
  const values = backend.typedArrayFromHeap(filter);
  const packed = backend.typedArrayFromHeap(scratch);
  let to = 0;
  for (let first = 0; first < outputs; first += PANEL) {
    const count = Math.min(PANEL, outputs - first);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        for (let d = 0; d < channels; d++, to += PANEL) {
          const from = weight(r, c, d) + first * step;
          for (let j = 0; j < count; j++) packed[to + j] = values[from + j * step]!;
        }
      }
    }
  }
  return {
    address: backend.getMemoryOffset(scratch.dataId),
    taps: [rows, columns],
    channels,
    outputs,
    dispose: () => void backend.disposeData(scratch.dataId),
  };
}

/** Where the results of an image go: the first byte, how many, and the bytes from one to the next. */
export interface Target {
  address: number;
  rows: number;
  columns: number;
  row: number;
  pixel: number;
}

/** out[r, q, d] (+)= Σ_{i, j, c} image[r·s + i·e, q·s + j·e, c] · filter[i, j, c, d], with the image from byte `from`. */
export function correlate(
  gemm: Gemm,
  from: number,
  { row, pixel }: Pick<PaddedImages, 'row' | 'pixel'>,
  filter: PackedFilter,
  [rowStride, columnStride]: [number, number],
  [rowDilation, columnDilation]: [number, number],
  to: Target,
  accumulate = false,
): void {
  const [filterRows, filterColumns] = filter.taps;
  const together = columnDilation === 1 ? filterColumns : 1;
  const filterRow = filterColumns * filter.channels * PANEL * 4;
  for (let first = 0; first < filter.outputs; first += PANEL) {
    const weights = filter.address + (first / PANEL) * filterRows * filterRow;
    for (let r = 0; r < to.rows; r++) {
      for (let i = 0; i < filterRows; i++) {
        gemm(
          from + (r * rowStride + i * rowDilation) * row,
          weights + i * filterRow,
          to.address + r * to.row + first * 4,
          to.columns,
          Math.min(PANEL, filter.outputs - first),
          together * filter.channels,
          filterColumns / together,
          columnStride * pixel,
          4,
          columnDilation * pixel,
          PANEL * 4,
          filter.channels * PANEL * 4,
          to.pixel,
          accumulate || i > 0,
        );
      }
    }
  }
}
