/** The value below which a share `p` of ascending values lies, linear between neighbours (type 7 of Hyndman & Fan, 1996). */
export function quantile(sorted: Float64Array, p: number): number {
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const value = sorted[below]!;
  return position === below ? value : value + (position - below) * (sorted[below + 1]! - value);
}
