/** Columns of a panel: two vectors of four, the width of the largest tile of the matrix product. */
export const PANEL = 8;

/**
 * Lays `columns` ≤ 8 columns of a matrix out one row after the other, 8 numbers a row, so that the product reads
 * them in a line: from `source[from + k·inner + j·column]` to `target[to + 8k + j]`.
 */
export function packPanel(
  source: Float32Array,
  from: number,
  inner: number,
  column: number,
  rows: number,
  columns: number,
  target: Float32Array,
  to: number,
): void {
  for (let k = 0; k < rows; k++, from += inner, to += PANEL) {
    for (let j = 0; j < columns; j++) target[to + j] = source[from + j * column]!;
  }
}
