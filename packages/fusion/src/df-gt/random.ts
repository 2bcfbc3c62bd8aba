/** Uniform numbers in [0, 1) from a 32-bit seed (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` values of N(0, scale²), by Box and Muller; all zero where `scale` is 0. */
export function normalValues(count: number, scale: number, seed: number): Float32Array {
  const values = new Float32Array(count);
  if (scale === 0) return values;
  const random = uniform(seed);
  for (let i = 0; i < count; i++) {
    values[i] = scale * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  }
  return values;
}

/** A seed for the `index`-th of several independent streams. */
export function streamSeed(seed: number, index: number): number {
  return Math.imul((seed ^ 0x9e3779b9) + Math.imul(index + 1, 0x85ebca6b), 0xc2b2ae35);
}
