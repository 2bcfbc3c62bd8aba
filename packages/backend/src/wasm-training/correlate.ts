import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { PANEL, packPanel } from './pack-panel.js';
import type { PaddedImages, Target } from './padded-images.js';
import type { Product } from './products.js';

/** A filter laid out for `correlate`: for 8 output channels after the other, its taps and input channels. */
export interface PackedFilter {
  address: number;
  taps: [number, number];
  channels: number;
  outputs: number;
  dispose(): void;
}

/**
 * A filter whose weight of output d for input channel c at tap (i, j) lies at
 * `tap(i, j)` + c·channelStep + d·outputStep of `filter`.
 */
export function packFilter(
  backend: BackendWasm,
  filter: TensorInfo,
  [rows, columns]: [number, number],
  [channels, channelStep]: [number, number],
  [outputs, outputStep]: [number, number],
  tap: (row: number, column: number) => number,
): PackedFilter {
  const scratch = backend.makeOutput([Math.ceil(outputs / PANEL), rows, columns, channels, PANEL], 'float32');
  const values = backend.typedArrayFromHeap(filter) as Float32Array;
  const packed = backend.typedArrayFromHeap(scratch) as Float32Array;
  let to = 0;
  for (let d = 0; d < outputs; d += PANEL) {
    const count = Math.min(PANEL, outputs - d);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, to += channels * PANEL) {
        packPanel(values, tap(i, j) + d * outputStep, channelStep, outputStep, channels, count, packed, to);
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

/** out[r, q, d] (+)= Σ_{i, j, c} image[r·s + i·e, q·s + j·e, c] · filter[i, j, c, d], with the image from byte `from`. */
export function correlate(
  matrix: Product,
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
        matrix(
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
