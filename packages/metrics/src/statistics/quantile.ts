/**
 * The value that a share `p` of ascending values lies below, linear between neighbours (type 7 of Hyndman &
 * Fan, *Sample quantiles in statistical packages*, 1996).
 */
export function quantile(sorted: Float64Array, p: number): number {
  const position = p * (sorted.length - 1);
  const below = sorted[Math.floor(position)]!;
  return below + (position % 1) * (sorted[Math.ceil(position)]! - below);
}
