import type { PaddedImages, Target } from './padded-images.js';
import type { Product } from './products.js';

/**
 * out[r, q, c] = Σ_{i, j} image[r·s + i·e, q·s + j·e, c] · filter[i, j, c], with the image from byte `from` and the
 * filter, [rows, columns, c], from byte `filter`.
 */
export function correlateChannels(
  channelwise: Product,
  from: number,
  { row, pixel }: Pick<PaddedImages, 'row' | 'pixel'>,
  filter: number,
  [filterRows, filterColumns]: [number, number],
  [rowStride, columnStride]: [number, number],
  [rowDilation, columnDilation]: [number, number],
  to: Target,
): void {
  for (let r = 0; r < to.rows; r++) {
    channelwise(
      from + r * rowStride * row,
      filter,
      to.address + r * to.row,
      to.columns,
      pixel / 4,
      filterColumns,
      filterRows,
      columnStride * pixel,
      columnDilation * pixel,
      rowDilation * row,
      pixel,
      filterColumns * pixel,
      to.pixel,
      false,
    );
  }
}
