import type { Product } from '../../memory/product.js';
import type { Correlation } from './correlate.js';

/** A filter of [rows, columns, c] numbers that begins at byte `address`. */
export interface ChannelFilter {
  address: number;
  taps: readonly [rows: number, columns: number];
}

/** out[r, q, c] = Σ_{i, j} image[r·s + i·e, q·s + j·e, c] · filter[i, j, c] for strides s and dilations e. */
export function correlateChannels(
  channelwise: Product,
  { from, image: { row, pixel }, filter, strides, dilations, to }: Correlation<ChannelFilter>,
): void {
  const [filterRows, filterColumns] = filter.taps;
  for (let r = 0; r < to.rows; r++) {
    channelwise({
      a: {
        address: from + r * strides[0] * row,
        rowStride: strides[1] * pixel,
        innerStride: dilations[1] * pixel,
        stepStride: dilations[0] * row,
      },
      b: { address: filter.address, innerStride: pixel, stepStride: filterColumns * pixel },
      c: { address: to.address + r * to.row, rowStride: to.pixel },
      rows: to.columns,
      columns: pixel / 4,
      inner: filterColumns,
      steps: filterRows,
      accumulate: false,
    });
  }
}
