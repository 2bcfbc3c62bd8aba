import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { PANEL, packPanel } from '../../memory/pack-panel.js';
import type { PaddedImages, Target } from '../../memory/padded-images.js';
import type { Product } from '../../memory/product.js';

/** A filter laid out for `correlate`: for 8 output channels after the other, its taps and input channels. */
export interface PackedFilter {
  address: number;
  taps: [number, number];
  channels: number;
  outputs: number;
  dispose(): void;
}

/** Where a filter's weights lie: that of output d for channel c at `tap(i, j)` + c·channelStride + d·outputStride. */
interface FilterLayout {
  taps: [rows: number, columns: number];
  channels: number;
  channelStride: number;
  outputs: number;
  outputStride: number;
  tap(row: number, column: number): number;
}

/** Lays a filter out for `correlate`. */
export function packFilter(backend: BackendWasm, filter: TensorInfo, layout: FilterLayout): PackedFilter {
  const { channels, channelStride, outputs, outputStride, tap } = layout;
  const [rows, columns] = layout.taps;
  const scratch = backend.makeOutput([Math.ceil(outputs / PANEL), rows, columns, channels, PANEL], 'float32');
  const values = backend.typedArrayFromHeap(filter) as Float32Array;
  const packed = backend.typedArrayFromHeap(scratch) as Float32Array;
  let to = 0;
  for (let d = 0; d < outputs; d += PANEL) {
    const count = Math.min(PANEL, outputs - d);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, to += channels * PANEL) {
        packPanel({
          source: values,
          from: tap(i, j) + d * outputStride,
          rowStride: channelStride,
          columnStride: outputStride,
          rows: channels,
          columns: count,
          target: packed,
          to,
        });
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

/** The numbers of one correlation; the image begins at byte `from`. */
export interface Correlation<Filter> {
  from: number;
  image: Pick<PaddedImages, 'row' | 'pixel'>;
  filter: Filter;
  strides: readonly [rows: number, columns: number];
  dilations: readonly [rows: number, columns: number];
  to: Target;
}

/** out[r, q, d] (+)= Σ_{i, j, c} image[r·s + i·e, q·s + j·e, c] · filter[i, j, c, d] for strides s and dilations e. */
export function correlate(
  matrix: Product,
  { from, image: { row, pixel }, filter, strides, dilations, to }: Correlation<PackedFilter>,
  accumulate: boolean,
): void {
  const { channels, outputs } = filter;
  const [filterRows, filterColumns] = filter.taps;
  const together = dilations[1] === 1 ? filterColumns : 1;
  const filterRow = filterColumns * channels * PANEL * 4;
  for (let first = 0; first < outputs; first += PANEL) {
    const weights = filter.address + (first / PANEL) * filterRows * filterRow;
    for (let r = 0; r < to.rows; r++) {
      for (let i = 0; i < filterRows; i++) {
        matrix({
          a: {
            address: from + (r * strides[0] + i * dilations[0]) * row,
            rowStride: strides[1] * pixel,
            innerStride: 4,
            stepStride: dilations[1] * pixel,
          },
          b: { address: weights + i * filterRow, innerStride: PANEL * 4, stepStride: channels * PANEL * 4 },
          c: { address: to.address + r * to.row + first * 4, rowStride: to.pixel },
          rows: to.columns,
          columns: Math.min(PANEL, outputs - first),
          inner: together * channels,
          steps: filterColumns / together,
          accumulate: accumulate || i > 0,
        });
      }
    }
  }
}
