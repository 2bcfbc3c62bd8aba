/** What Adam keeps of one array of parameters. */
export interface AdamState {
  values: Float32Array;
  /** Running mean of the gradient, and of its square. */
  mean: Float32Array;
  square: Float32Array;
}

export const adamState = (values: Float32Array): AdamState => ({
  values,
  mean: new Float32Array(values.length),
  square: new Float32Array(values.length),
});

/**
 * One step of Adam (β₁ 0.9, β₂ 0.999, ε 1e-8), in place. Plain arrays, so that a fit that was stopped goes on to the bit.
 *
 * @param step From 1 on.
 */
export function adamStep(
  { values, mean, square }: AdamState,
  gradient: ArrayLike<number>,
  step: number,
  rate: number,
): void {
  const [first, second] = [1 - 0.9 ** step, 1 - 0.999 ** step];
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i]!;
    mean[i] = 0.9 * mean[i]! + 0.1 * g;
    square[i] = 0.999 * square[i]! + 0.001 * g * g;
    values[i] = values[i]! - (rate * (mean[i]! / first)) / (Math.sqrt(square[i]! / second) + 1e-8);
  }
}
