import { stream } from './stream.js';

/** The items in an order that depends on `seed` alone (Fisher–Yates). */
export function shuffled<T>(items: readonly T[], seed: number, purpose = 'shuffle'): T[] {
  const result = [...items];
  const { uniform } = stream(seed, purpose);
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(uniform(0, i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
