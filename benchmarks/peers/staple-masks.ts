/** A generator of numbers in [0, 1) (mulberry32), the same for the same seed. */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Raters who outline one disc, each with an offset, a bias and a wavy hand of their own. */
export function discMasks(raters: number, height: number, width: number, seed = 1): Uint8Array[] {
  const draw = random(seed);
  return Array.from({ length: raters }, () => {
    const [row, column] = [height * (0.5 + (draw() - 0.5) * 0.03), width * (0.5 + (draw() - 0.5) * 0.03)];
    const radius = Math.min(height, width) * (0.25 + (draw() - 0.5) * 0.04);
    const [waves, phase] = [3 + Math.floor(draw() * 5), draw() * 6];
    const mask = new Uint8Array(height * width);
    for (let y = 0, j = 0; y < height; y++)
      for (let x = 0; x < width; x++, j++) {
        const distance = Math.hypot(y - row, x - column);
        const edge = radius * (1 + 0.03 * Math.sin(waves * Math.atan2(y - row, x - column) + phase));
        mask[j] = distance < edge ? 1 : 0;
      }
    return mask;
  });
}

/** Raters who copy a random truth with errors of their own, each pixel on its own: every pattern occurs. */
export function noisyMasks(raters: number, pixels: number, seed = 1, labels = 2): Uint8Array[] {
  const draw = random(seed);
  const truth = Uint8Array.from({ length: pixels }, () => Math.floor(draw() ** 1.5 * labels));
  return Array.from({ length: raters }, () => {
    const error = 0.05 + 0.25 * draw();
    return truth.map((label) => (draw() < error ? Math.floor(draw() * labels) : label));
  });
}
