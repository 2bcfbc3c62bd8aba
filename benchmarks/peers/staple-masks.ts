import { noisyPanel, random } from '../../packages/fusion/src/fixtures/panels.js';

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
export const noisyMasks = (raters: number, pixels: number, seed = 1, labels = 2): Uint8Array[] =>
  noisyPanel(raters, pixels, seed, labels).masks;
