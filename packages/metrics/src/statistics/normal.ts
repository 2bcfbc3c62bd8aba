const ROOT = 2.5066282746310002; // of 2π

/** P(Z > z) of a standard normal Z: Marsaglia's series (2004) near 0, Laplace's continued fraction beyond 3. */
export function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const density = Math.exp((-z * z) / 2) / ROOT;
  if (z > 3) {
    let fraction = z;
    for (let k = 100; k > 0; k--) fraction = z + k / fraction;
    return density / fraction;
  }
  let term = z;
  let sum = z;
  for (let k = 3; sum + term !== sum; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 - density * sum;
}

/** The z with P(Z > z) = p, for 0 < p < 1. Newton from 0 never overshoots, because the tail is convex. */
export function upperQuantile(p: number): number {
  if (p > 0.5) return -upperQuantile(1 - p);
  let z = 0;
  for (let step = 1; step > 1e-12; z += step) step = (upperTail(z) - p) * ROOT * Math.exp((z * z) / 2);
  return z;
}
