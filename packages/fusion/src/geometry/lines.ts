/**
 * Calls `visit` with the first index and the stride of every line along `axis` of a row-major grid. What is done line by
 * line along one axis after another works in any number of dimensions.
 */
export function forEachLine(
  shape: readonly number[],
  axis: number,
  visit: (start: number, stride: number) => void,
): void {
  const product = (extents: readonly number[]) => extents.reduce((all, extent) => all * extent, 1);
  const stride = product(shape.slice(axis + 1));
  const block = stride * shape[axis]!;
  const length = product(shape);
  for (let from = 0; from < length; from += block)
    for (let start = from; start < from + stride; start++) visit(start, stride);
}
