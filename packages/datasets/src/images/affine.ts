/** A 4 × 4 matrix, row-major, whose last row is 0 0 0 1: where voxel (x, y, z) lies. */
export type Affine = readonly number[];

/** The affine that does `second` after `first`: the matrix product second · first. */
export function composed(second: Affine, first: Affine): number[] {
  return Array.from({ length: 16 }, (_, i) => {
    const [row, column] = [i - (i % 4), i % 4];
    return [0, 1, 2, 3].reduce((sum, k) => sum + second[row + k]! * first[4 * k + column]!, 0);
  });
}

/** The inverse, by Cramer's rule; `undefined` where there is none. */
export function inverted(affine: Affine): number[] | undefined {
  const at = (row: number, column: number) => affine[4 * ((row + 3) % 3) + ((column + 3) % 3)]!;
  const cofactor = (row: number, column: number) =>
    at(row + 1, column + 1) * at(row + 2, column + 2) - at(row + 1, column + 2) * at(row + 2, column + 1);
  const determinant = [0, 1, 2].reduce((sum, k) => sum + at(0, k) * cofactor(0, k), 0);
  if (!Number.isFinite(1 / determinant)) return undefined;
  const linear = [0, 1, 2].map((row) => [0, 1, 2].map((column) => cofactor(column, row) / determinant));
  const rows = linear.map((row) => [
    ...row,
    -row.reduce((sum, value, k) => sum + value * affine[4 * k + 3]!, 0),
  ]);
  return [...rows.flat(), 0, 0, 0, 1];
}

/** How far apart neighbours along each axis are: the lengths of the columns. */
export function spacingOf(affine: Affine): [number, number, number] {
  const length = (k: number) => Math.hypot(affine[k]!, affine[4 + k]!, affine[8 + k]!);
  return [length(0), length(1), length(2)];
}

/** The affine of a grid whose voxel (x, y, z) is voxel (left + x · across, top + y · down, front + z) of this one's. */
export function shifted(affine: Affine, { left = 0, top = 0, front = 0, across = 1, down = 1 }): number[] {
  return composed(affine, [across, 0, 0, left, 0, down, 0, top, 0, 0, 1, front, 0, 0, 0, 1]);
}
