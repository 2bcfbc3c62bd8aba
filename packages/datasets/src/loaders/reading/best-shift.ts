import type { Size } from '../../images/resample.js';

export interface Shift {
  /** Where in the frame the window's first column and row lie. */
  left: number;
  top: number;
  /** Dice coefficient of the frame's mask, seen through the window, and the soft reference; the best there is. */
  dice: number;
}

/**
 * Where in a large frame a small window lies, judged by a mask of the frame and a soft mask of the window: the shift of
 * the highest Dice, 2 Σ m r / (Σ m + Σ r), the mask counted whole, so that leaving some of it outside costs.
 * `undefined` where either is empty.
 */
export function bestShift(
  mask: Uint8Array,
  frame: Size,
  reference: Float32Array,
  window: Size,
): Shift | undefined {
  const points: { x: number; y: number }[] = [];
  mask.forEach((value, i) => {
    if (value) points.push({ x: i % frame.width, y: Math.floor(i / frame.width) });
  });
  const total = points.length + reference.reduce((a, b) => a + b, 0);
  if (points.length === 0 || total === points.length) return undefined;
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  let best: Shift | undefined;
  for (let top = Math.min(...ys) - window.height + 1; top <= Math.max(...ys); top++) {
    for (let left = Math.min(...xs) - window.width + 1; left <= Math.max(...xs); left++) {
      let shared = 0;
      for (const { x, y } of points) {
        const [u, v] = [x - left, y - top];
        if (u >= 0 && v >= 0 && u < window.width && v < window.height)
          shared += reference[v * window.width + u]!;
      }
      const dice = (2 * shared) / total;
      if (!best || dice > best.dice) best = { left, top, dice };
    }
  }
  return best;
}
