import { adamState, adamStep } from './adam-step.js';

/**
 * The slope e^a (as its logarithm a, kept in [−3, 3]) and the intercept b by which a judge's logits z fit the diagnoses best
 * as they are: [a, b] of the least mean BCE of e^a · z + b, with a slight pull of a to 0, for classes that z separates.
 */
export function calibration(logits: readonly number[], diagnoses: readonly number[]): Float32Array {
  const state = adamState(new Float32Array(2));
  for (let step = 1; step <= 400; step++) {
    const [a, b] = state.values as unknown as [number, number];
    const slope = Math.exp(a);
    const gradient = [0.02 * a, 0];
    logits.forEach((z, i) => {
      const error = (1 / (1 + Math.exp(-(slope * z + b))) - diagnoses[i]!) / logits.length;
      gradient[0]! += error * slope * z;
      gradient[1]! += error;
    });
    adamStep(state, gradient, step, 0.1 * (1 - step / 401));
    state.values[0] = Math.min(Math.max(state.values[0]!, -3), 3);
  }
  return state.values;
}
