import { checkInteger, checkNumbers } from '@diff/checks';
import { patchGrid } from '@diff/networks/layers';

const TOKEN = 1024;
const FEWEST = 64;

/**
 * The patch size that is used where none is given: the largest power of two P that keeps a token of P²·C numbers at
 * no more than 1024, so that a linear map has at most 2²⁰ weights, and leaves at least 64 tokens to attend to.
 */
export function defaultPatchSize(size: readonly [height: number, width: number], channels: number): number {
  checkNumbers('defaultPatchSize', 'size', size, { length: 2 });
  for (const axis of [0, 1] as const) checkInteger('defaultPatchSize', `size[${axis}]`, size[axis], 1);
  checkInteger('defaultPatchSize', 'channels', channels, 1);
  let side = 1;
  for (let next = 2; next ** 2 * channels <= TOKEN; next *= 2) {
    const [rows, columns] = patchGrid(size, next);
    if (rows * columns < FEWEST) break;
    side = next;
  }
  return side;
}
