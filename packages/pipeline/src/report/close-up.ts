import type { Image } from '@diff/datasets';
import type { GalleryPicture } from './gallery.js';

export interface Window {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The square around all outlines of a case, with a margin of a quarter of its side, as far as the image goes. */
export function closeUp({ raters, height, width }: GalleryPicture): Window {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (const mask of Object.values(raters).flatMap(Object.values) as Float32Array[]) {
    mask.forEach((level, p) => {
      if (level < 0.5) return;
      const [x, y] = [p % width, Math.floor(p / width)];
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    });
  }
  if (right < 0) return { left: 0, top: 0, width, height };
  const side = Math.ceil(1.5 * Math.max(right - left + 1, bottom - top + 1));
  const across = span((left + right + 1) / 2, side, width);
  const down = span((top + bottom + 1) / 2, side, height);
  return { left: across.start, width: across.length, top: down.start, height: down.length };
}

function span(centre: number, wanted: number, available: number) {
  const length = Math.min(wanted, available);
  return { length, start: Math.min(Math.max(0, Math.round(centre - length / 2)), available - length) };
}

/** A window of an image, or of a plane as an image of one channel. */
export function cut({ data, width, channels }: Image, window: Window): Image {
  const rows = Array.from({ length: window.height }, (_, y) => {
    const start = ((window.top + y) * width + window.left) * channels;
    return data.subarray(start, start + window.width * channels);
  });
  const cutOut = new Float32Array(window.height * window.width * channels);
  rows.forEach((row, y) => {
    cutOut.set(row, y * window.width * channels);
  });
  return { data: cutOut, height: window.height, width: window.width, channels };
}
