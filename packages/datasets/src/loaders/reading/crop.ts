import type { Mask } from '../../dataset/case.js';
import type { Size, Window } from '../../images/resample.js';
import type { Crop } from './options.js';

/** The square to keep, in whole pixels; `undefined` where no mask has a pixel to crop around. */
export function cropWindow(
  image: Size,
  { around, margin }: Crop,
  masks: readonly Mask[],
): Window | undefined {
  if (around === 'centre') {
    const side = Math.max(1, Math.round(Math.min(image.width, image.height) * (1 - 2 * (margin ?? 0))));
    return square(image.width / 2, image.height / 2, side);
  }
  const box = boxAround(masks, image);
  if (!box) return undefined;
  const side = Math.ceil(Math.max(box.width, box.height) * (1 + 2 * (margin ?? 0.25)));
  return square(box.left + box.width / 2, box.top + box.height / 2, side);
}

const square = (x: number, y: number, side: number): Window => ({
  left: Math.round(x - side / 2),
  top: Math.round(y - side / 2),
  width: side,
  height: side,
});

function boxAround(masks: readonly Mask[], { width, height }: Size): Window | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (const mask of masks) {
    for (let i = 0; i < mask.length; i++) {
      if (!mask[i]) continue;
      const [x, y] = [i % width, Math.floor(i / width)];
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}
