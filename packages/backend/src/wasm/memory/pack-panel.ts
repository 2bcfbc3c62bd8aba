/** Columns of a panel: two vectors of four, the width of the largest tile of the matrix product. */
export const PANEL = 8;

/** A few columns of a matrix, and where they go. */
interface Panel {
  source: Float32Array;
  from: number;
  rowStride: number;
  columnStride: number;
  rows: number;
  columns: number;
  target: Float32Array;
  to: number;
}

/**
 * Lays up to 8 columns of a matrix out one row after the other, 8 numbers per row, so that the product reads them in a
 * line: from `source[from + k·rowStride + j·columnStride]` to `target[to + 8k + j]`.
 */
export function packPanel(panel: Panel): void {
  const { source, rowStride, columnStride, rows, columns, target } = panel;
  let { from, to } = panel;
  for (let k = 0; k < rows; k++, from += rowStride, to += PANEL) {
    for (let j = 0; j < columns; j++) target[to + j] = source[from + j * columnStride]!;
  }
}
