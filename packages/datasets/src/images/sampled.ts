import type { Image, Mask } from '../dataset/case.js';
import { shifted, spacingOf } from './affine.js';
import { type Rule, ruleOf } from './mask-rule.js';
import type { Raster } from './raster.js';
import { nearestPixel, resample, type Size, type Window } from './resample.js';

/** How images and masks are brought to another size, and to how many channels. */
export interface SamplingOptions {
  /** How images are brought to `size`: `'area'` (default) averages what a pixel covers, `'bilinear'` interpolates. */
  imageBy?: 'area' | 'bilinear';
  /**
   * How masks are: `'nearest'` (default) keeps them 0 and 1; `'area'` gives each pixel the share of it that the mask
   * covers, a `Float32Array`.
   */
  maskBy?: 'nearest' | 'area';
  /** 1: grey (0.299 R + 0.587 G + 0.114 B). 3: colour (grey repeated). Default: the loader's, else as in the file. */
  channels?: 1 | 3;
}

type Meaning = Rule | 'degrees';

/** Grey levels of 8 bits go through a table: one look-up per pixel, whatever the rule. */
const tables = new WeakMap<Rule, Mask>();

function tableOf(rule: Rule): Mask {
  let table = tables.get(rule);
  if (!table) {
    table = narrowed(Float32Array.from({ length: 256 }, (_, value) => Number(rule(value))));
    tables.set(rule, table);
  }
  return table;
}

/** As bytes where all values are 0 or 1. */
const narrowed = (values: Float32Array): Mask =>
  values.every((value) => value === 0 || value === 1) ? Uint8Array.from(values) : values;

/** What each of a raster's values says; `pick` gives the index of the pixel wanted at each place, below 0 for none. */
function valuesOf(raster: Raster, rule: Rule, count: number, pick: (i: number) => number): Mask {
  const { data, channels } = raster;
  if (data instanceof Uint8Array) {
    const table = tableOf(rule);
    const values = table instanceof Uint8Array ? new Uint8Array(count) : new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const pixel = pick(i);
      if (pixel >= 0) values[i] = table[data[pixel * channels]!]!;
    }
    return values;
  }
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const pixel = pick(i);
    if (pixel >= 0) values[i] = Number(rule(data[pixel * channels]!));
  }
  return narrowed(values);
}

/** A mask as large as its image. */
export function wholeMask(mask: Mask | Raster, { value }: { value?: Meaning }): Mask {
  return 'range' in mask
    ? valuesOf(mask, ruleOf(mask, value), mask.data.length / mask.channels, (i) => i)
    : mask;
}

/** The window of a mask at the given size. */
export function sampledMask(
  mask: Mask | Raster,
  file: { value?: Meaning },
  image: Raster,
  window: Window,
  size: Size,
  { maskBy = 'nearest' }: SamplingOptions,
): Mask {
  if (isWhole(image, window, size)) return wholeMask(mask, file);
  if (maskBy === 'area') {
    return resample(wholeMask(mask, file), { ...sizeOf(image), channels: 1 }, window, size, 'area');
  }
  const source = 'range' in mask ? mask : { ...image, data: mask, channels: 1 };
  const rule = 'range' in mask ? ruleOf(mask, file.value) : (value: number) => value;
  return valuesOf(source, rule, size.width * size.height, nearestPixel(image, window, size));
}

const sizeOf = ({ width, height }: Size): Size => ({ width, height });

const isWhole = (image: Size, { left, top, width, height }: Window, size: Size) =>
  left === 0 &&
  top === 0 &&
  width === image.width &&
  height === image.height &&
  size.width === width &&
  size.height === height;

/** The window of an image at the given size, from black 0 to white 1. */
export function sampledImage(
  raster: Raster,
  window: Window,
  size: Size,
  { channels, imageBy = 'area' }: SamplingOptions,
): Image {
  const place = {
    ...(raster.depth && { depth: raster.depth }),
    ...placed(raster, window, size),
    ...(raster.dicom && { dicom: raster.dicom }),
  };
  if (raster.channels === 0) return { data: new Float32Array(0), ...sizeOf(size), channels: 0, ...place };
  const wanted = channels ?? (raster.channels >= 3 ? 3 : 1);
  const whole = isWhole(raster, window, size);
  const sample = (data: Raster['data'], channels: number) =>
    whole
      ? data
      : resample(data, { width: raster.width, height: raster.height, channels }, window, size, imageBy);
  // Bytes are made small before they are made floats; other values must be levels first, where black is 0.
  const data =
    raster.data instanceof Uint8Array
      ? levels(sample(raster.data, raster.channels), raster.channels, wanted, raster.range)
      : (sample(levels(raster.data, raster.channels, wanted, raster.range), wanted) as Float32Array);
  return { data, width: size.width, height: size.height, channels: wanted, ...place };
}

/** Where the window's pixels lie at the given size. */
function placed({ affine, spacing }: Raster, { left, top, width, height }: Window, size: Size) {
  const [across, down] = [width / size.width, height / size.height];
  // The first pixel's centre is the middle of what it covers.
  const middle = { left: left + (across - 1) / 2, top: top + (down - 1) / 2, across, down };
  if (affine) {
    const moved = shifted(affine, middle);
    return { affine: moved, spacing: spacingOf(moved) };
  }
  return spacing ? { spacing: [spacing[0]! * across, spacing[1]! * down, ...spacing.slice(2)] } : {};
}

/** Values as levels in [0, 1] from black to white, in the channels wanted. */
function levels(
  data: Raster['data'],
  stride: number,
  wanted: number,
  [black, white]: Raster['range'],
): Float32Array {
  const result = new Float32Array((data.length / stride) * wanted);
  const levelOf = (value: number) =>
    white === black ? 0 : Math.min(1, Math.max(0, (value - black) / (white - black)));
  const table = Float32Array.from({ length: 256 }, (_, value) => levelOf(value));
  const level =
    data instanceof Uint8Array ? (i: number) => table[data[i]!]! : (i: number) => levelOf(data[i]!);
  if (stride === wanted) {
    for (let i = 0; i < result.length; i++) result[i] = level(i);
    return result;
  }
  for (let at = 0, to = 0; at < data.length; at += stride, to += wanted) {
    if (stride < 3) result.fill(level(at), to, to + wanted);
    else if (wanted === 1) result[to] = 0.299 * level(at) + 0.587 * level(at + 1) + 0.114 * level(at + 2);
    else for (let c = 0; c < 3; c++) result[to + c] = level(at + c);
  }
  return result;
}
