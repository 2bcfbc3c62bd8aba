import type { Box } from '../grab-cut/grab-cut.js';

/** Pixels of a cell of the grid in which boxes are looked for. */
export const CELL = 32;

/** A box as the grid holds it: the cell of its centre, where in it, and the logarithms of its sides against half the image's. */
export interface BoxCode {
  cell: number;
  /** Row and column of the centre in the cell, each in [0, 1]. */
  at: [number, number];
  /** log(height / (H / 2)) and log(width / (W / 2)). */
  log: [number, number];
}

type Size = readonly [height: number, width: number];

/** The code of a box in an image of H × W pixels. */
export function encodeBox({ top, left, bottom, right }: Box, [height, width]: Size): BoxCode {
  const [y, x] = [(top + bottom) / 2 / CELL, (left + right) / 2 / CELL];
  const [row, column] = [
    Math.min(Math.floor(y), height / CELL - 1),
    Math.min(Math.floor(x), width / CELL - 1),
  ];
  return {
    cell: row * (width / CELL) + column,
    at: [y - row, x - column],
    log: [Math.log((2 * (bottom - top)) / height), Math.log((2 * (right - left)) / width)],
  };
}

/** The box of a code, rounded to pixels and cut at the image. */
export function decodeBox({ cell, at, log }: BoxCode, [height, width]: Size): Box {
  const columns = width / CELL;
  const [y, x] = [(Math.floor(cell / columns) + at[0]) * CELL, ((cell % columns) + at[1]) * CELL];
  const [tall, wide] = [(Math.exp(log[0]) * height) / 4, (Math.exp(log[1]) * width) / 4];
  const within = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)));
  return {
    top: within(y - tall, height),
    left: within(x - wide, width),
    bottom: within(y + tall, height),
    right: within(x + wide, width),
  };
}

/** The box around what is at least ½ of a mask; `undefined` where nothing is. */
export function boxAround(mask: (pixel: number) => number, [height, width]: Size): Box | undefined {
  const box = { top: height, left: width, bottom: 0, right: 0 };
  for (let p = 0; p < height * width; p++) {
    if (mask(p) < 0.5) continue;
    const [y, x] = [Math.floor(p / width), p % width];
    box.top = Math.min(box.top, y);
    box.left = Math.min(box.left, x);
    box.bottom = Math.max(box.bottom, y + 1);
    box.right = Math.max(box.right, x + 1);
  }
  return box.bottom ? box : undefined;
}
