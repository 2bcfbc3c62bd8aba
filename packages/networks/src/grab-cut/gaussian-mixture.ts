import type { Random } from '@diff/train';

/** A mixture of Gaussians of C channels. */
export interface GaussianMixture {
  weights: number[];
  means: number[][];
  /** L of each covariance = L·Lᵀ, lower triangular. */
  roots: number[][][];
  /** log det of each covariance. */
  logDeterminants: number[];
}

const COMPONENTS = 5;
/** Added to the variances, so that one colour alone has a Gaussian too. Of values in [0, 1]: OpenCV adds 0.01 to those in [0, 255]. */
const LEAST_VARIANCE = 0.01 / 255 ** 2;

/** k-means (Lloyd, ten rounds) from centres drawn far from each other (k-means++): which centre each pixel is nearest to. */
export function kMeans(pixels: readonly Float64Array[], random: Random, k = COMPONENTS): Int32Array {
  const square = (a: ArrayLike<number>, b: ArrayLike<number>) => {
    let sum = 0;
    for (let c = 0; c < a.length; c++) sum += (a[c]! - b[c]!) ** 2;
    return sum;
  };
  const centres: ArrayLike<number>[] = [pixels[random.integer(pixels.length)]!];
  const distance = Float64Array.from(pixels, (pixel) => square(pixel, centres[0]!));
  while (centres.length < Math.min(k, pixels.length)) {
    const total = distance.reduce((sum, d) => sum + d, 0);
    let left = random.uniform(0, total);
    let chosen = 0;
    while (chosen < pixels.length - 1 && left >= distance[chosen]!) left -= distance[chosen++]!;
    const centre = pixels[chosen]!;
    centres.push(centre);
    for (const [i, pixel] of pixels.entries()) distance[i] = Math.min(distance[i]!, square(pixel, centre));
  }
  const nearest = new Int32Array(pixels.length);
  for (let round = 0; round < 10; round++) {
    for (const [i, pixel] of pixels.entries()) {
      let best = Infinity;
      for (const [j, centre] of centres.entries()) {
        const d = square(pixel, centre);
        if (d < best) [best, nearest[i]] = [d, j];
      }
    }
    for (const j of centres.keys()) {
      const sum = new Float64Array(pixels[0]!.length);
      let count = 0;
      for (const [i, pixel] of pixels.entries()) {
        if (nearest[i] !== j) continue;
        count++;
        for (let c = 0; c < sum.length; c++) sum[c]! += pixel[c]!;
      }
      if (count) centres[j] = sum.map((total) => total / count);
    }
  }
  return nearest;
}

/** Mean, covariance and share of the pixels of each component. */
export function fitMixture(pixels: readonly Float64Array[], component: ArrayLike<number>): GaussianMixture {
  const channels = pixels[0]!.length;
  const axes = Array.from({ length: channels }, (_, c) => c);
  const mixture: GaussianMixture = { weights: [], means: [], roots: [], logDeterminants: [] };
  for (let k = 0; k < COMPONENTS; k++) {
    const own = pixels.filter((_, i) => component[i] === k);
    mixture.weights.push(own.length / pixels.length);
    const mean = axes.map((c) => own.reduce((sum, pixel) => sum + pixel[c]!, 0) / (own.length || 1));
    const covariance = axes.map((a) =>
      axes.map((b) => {
        const sum = own.reduce((total, pixel) => total + (pixel[a]! - mean[a]!) * (pixel[b]! - mean[b]!), 0);
        return sum / (own.length || 1) + (a === b ? LEAST_VARIANCE : 0);
      }),
    );
    const root = cholesky(covariance);
    mixture.means.push(mean);
    mixture.roots.push(root);
    mixture.logDeterminants.push(2 * root.reduce((sum, row, i) => sum + Math.log(row[i]!), 0));
  }
  return mixture;
}

/** The lower triangular L with L·Lᵀ = the matrix. */
function cholesky(matrix: number[][]): number[][] {
  const root = matrix.map((row) => row.map(() => 0));
  for (const [i, row] of matrix.entries())
    for (let j = 0; j <= i; j++) {
      let rest = row[j]!;
      for (let k = 0; k < j; k++) rest -= root[i]![k]! * root[j]![k]!;
      root[i]![j] = i === j ? Math.sqrt(Math.max(rest, 1e-12)) : rest / root[j]![j]!;
    }
  return root;
}

/** −log of a component's density at a pixel, without the constant (2π)^(C/2). */
function energyOf({ means, roots, logDeterminants }: GaussianMixture, k: number, pixel: ArrayLike<number>) {
  const [mean, root] = [means[k]!, roots[k]!];
  // Solves L·y = x − μ from the top: |y|² is the squared Mahalanobis distance.
  let squared = 0;
  const y: number[] = [];
  for (const [i, row] of root.entries()) {
    let rest = pixel[i]! - mean[i]!;
    for (let j = 0; j < i; j++) rest -= row[j]! * y[j]!;
    y.push(rest / row[i]!);
    squared += y[i]! ** 2;
  }
  return (squared + logDeterminants[k]!) / 2;
}

/** The component in which a pixel is most probable, by its density alone. */
export function componentOf(mixture: GaussianMixture, pixel: ArrayLike<number>): number {
  let [best, least] = [0, Infinity];
  for (const [k, weight] of mixture.weights.entries()) {
    if (weight === 0) continue;
    const energy = energyOf(mixture, k, pixel);
    if (energy < least) [best, least] = [k, energy];
  }
  return best;
}

/** −log of the mixture's density at a pixel, without the constant. */
export function mixtureEnergy(mixture: GaussianMixture, pixel: ArrayLike<number>): number {
  const energies = mixture.weights.map((weight, k) =>
    weight ? energyOf(mixture, k, pixel) - Math.log(weight) : Infinity,
  );
  const least = Math.min(...energies);
  return least - Math.log(energies.reduce((sum, energy) => sum + Math.exp(least - energy), 0));
}
