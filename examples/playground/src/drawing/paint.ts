import type { Image } from '@diff/datasets/phantom';
import type { Stroke } from './colours.js';

/** An outline to draw, as `outlineOf` gives it. */
export interface Line extends Stroke {
  ends: Float32Array;
  /** Drawn thicker, above the others. */
  isMarked?: boolean;
}

/** A rectangle of an image, in its pixels. */
export interface View {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A box with a number. */
export interface Box extends View {
  text: string;
}

export interface Layers {
  base: HTMLCanvasElement;
  /** What is seen of it. */
  view: View;
  lines?: readonly Line[];
  boxes?: readonly Box[];
  /** An open outline that is being drawn: x and y in turn. */
  stroke?: readonly number[];
  /** Where the keyboard's cursor is. */
  cursor?: readonly [x: number, y: number] | undefined;
}

/** The values of one slice. */
export const sliceOf = <T extends Uint8Array | Float32Array | Float64Array>(
  values: T,
  slice: number,
  pixels: number,
): T => values.subarray(slice * pixels, (slice + 1) * pixels) as T;

/** A canvas of pixels, filled by a function that writes red, green, blue and opacity of the pixel at a place. */
function canvasOf(
  width: number,
  height: number,
  write: (rgba: Uint8ClampedArray, pixel: number) => void,
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const pixels = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) write(pixels.data, i);
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** A slice of an image, between the darkest and the lightest value of it all; black where there is none. */
export function pictureCanvas({ data, width, height, channels, depth = 1 }: Image, slice: number) {
  let [low, high] = [0, 1];
  if (depth > 1 || data.some((value) => value < 0 || value > 1)) {
    [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of data) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  const scale = 255 / (high - low || 1);
  const from = slice * width * height * channels;
  return canvasOf(width, height, (rgba, i) => {
    for (let c = 0; c < 3; c++)
      if (channels) rgba[4 * i + c] = (data[from + i * channels + (channels === 3 ? c : 0)]! - low) * scale;
    rgba[4 * i + 3] = 255;
  });
}

/** A picture under a map of values in [0, 1], which are the opacity of its colour. */
export function mapCanvas(
  picture: HTMLCanvasElement,
  map: ArrayLike<number>,
  [red, green, blue]: readonly [number, number, number],
): HTMLCanvasElement {
  const { width, height } = picture;
  const under = picture.getContext('2d')!.getImageData(0, 0, width, height).data;
  return canvasOf(width, height, (rgba, i) => {
    const share = 0.72 * map[i]!;
    const keep = 0.75 * (1 - share);
    rgba[4 * i] = under[4 * i]! * keep + red * share;
    rgba[4 * i + 1] = under[4 * i + 1]! * keep + green * share;
    rgba[4 * i + 2] = under[4 * i + 2]! * keep + blue * share;
    rgba[4 * i + 3] = 255;
  });
}

/** Paints layers over all of a canvas, whatever its size; lines are as thick on a small canvas as on a large one. */
export function paint(canvas: HTMLCanvasElement, layers: Layers): void {
  const { base, view, lines = [], boxes = [], stroke = [], cursor } = layers;
  const context = canvas.getContext('2d')!;
  const scale = canvas.width / view.width;
  const unit = Math.max(1, canvas.width / canvas.clientWidth);
  const x = (column: number) => (column - view.left) * scale;
  const y = (row: number) => (row - view.top) * scale;
  context.imageSmoothingEnabled = scale < 1;
  const { left, top, width, height } = view;
  context.drawImage(base, left, top, width, height, 0, 0, canvas.width, canvas.height);
  const marked = [...lines].sort((a, b) => Number(a.isMarked ?? false) - Number(b.isMarked ?? false));
  for (const { ends, colour, dash, isMarked } of marked) {
    const path = new Path2D();
    for (let i = 0; i < ends.length; i += 4) {
      path.moveTo(x(ends[i]!), y(ends[i + 1]!));
      path.lineTo(x(ends[i + 2]!), y(ends[i + 3]!));
    }
    const dashes = dash.map((length) => length * unit);
    rimmed(context, path, colour, (isMarked ? 3.5 : 1.75) * unit, 1.5 * unit, dashes);
  }
  context.font = `600 ${13 * unit}px system-ui, sans-serif`;
  for (const { left, top, width, height, text } of boxes) {
    const path = new Path2D();
    path.rect(x(left) - 2 * unit, y(top) - 2 * unit, width * scale + 4 * unit, height * scale + 4 * unit);
    rimmed(context, path, '#fff', 1.5 * unit, 1.5 * unit);
    const across = Math.min(x(left), canvas.width - 14 * unit);
    const down = Math.max(14 * unit, y(top) - 6 * unit);
    context.lineWidth = 4 * unit;
    context.strokeStyle = '#000';
    context.strokeText(text, across, down);
    context.fillStyle = '#fff';
    context.fillText(text, across, down);
  }
  const path = new Path2D();
  for (let i = 0; i < stroke.length; i += 2)
    if (i) path.lineTo(x(stroke[i]!), y(stroke[i + 1]!));
    else path.moveTo(x(stroke[i]!), y(stroke[i + 1]!));
  rimmed(context, path, '#fff', 2 * unit, 2 * unit);
  if (cursor) {
    const ring = new Path2D();
    ring.arc(x(cursor[0]), y(cursor[1]), 5 * unit, 0, 2 * Math.PI);
    rimmed(context, ring, '#fff', 2 * unit, 2 * unit);
  }
}

/** A line with a dark rim, so that it is seen on light and on dark. */
function rimmed(
  context: CanvasRenderingContext2D,
  path: Path2D,
  colour: string,
  width: number,
  rim: number,
  dash: number[] = [],
): void {
  context.lineCap = 'square';
  context.setLineDash([]);
  context.strokeStyle = 'rgb(0 0 0 / 55%)';
  context.lineWidth = width + rim;
  context.stroke(path);
  if (dash.length) context.lineCap = 'butt';
  context.setLineDash(dash);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke(path);
}
