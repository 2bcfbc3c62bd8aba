import { check, checkInteger, checkObject, checkOptions, checkString, fail } from '@diff/checks';
import type { Case, Image } from '../dataset/case.js';
import { resample, widened } from './resample.js';
import { checkPlane } from './sized.js';

export interface ContactSheetOptions {
  /** Side of a tile in pixels. Default: 224. */
  tile?: number;
  /** Tiles in a row. Default: as many as make the sheet about square. */
  columns?: number;
  /** Draw these structures alone. Default: all. */
  structures?: readonly string[];
  /** Draw these raters alone, coloured in this order. Default: all, in order of first appearance. */
  raters?: readonly string[];
}

/** A picture of cases, as `contactSheet` draws it. */
export interface ContactSheet {
  image: Image;
  /** The colour of each rater's contours, `#rrggbb`. */
  colours: Record<string, string>;
}

const GAP = 4;

/**
 * Cases side by side, with every rater's contours in the rater's colour. Where contours coincide their colours alternate,
 * so that none is hidden. A picture keeps its proportions; a mask is drawn around where it is at least one half. Under a
 * tile a light line means diagnosis 1, a dim one 0, none unknown.
 *
 * @throws RangeError where there is no case, or `tile` is not a whole number from 1 to 4096, or `columns` none from 1 up.
 */
export async function contactSheet(
  cases: Iterable<Case> | AsyncIterable<Case>,
  options: ContactSheetOptions = {},
): Promise<ContactSheet> {
  const who = 'contactSheet';
  checkOptions(who, options, ['tile', 'columns', 'structures', 'raters']);
  const { tile = 224, columns, structures, raters } = options;
  checkInteger(who, 'tile', tile, 1, 4096);
  if (columns !== undefined) checkInteger(who, 'columns', columns, 1);
  for (const what of ['structures', 'raters'] as const) {
    const names = options[what];
    if (names === undefined) continue;
    check(Array.isArray(names), who, what, names, 'an array of names', 'other');
    for (const [i, name] of names.entries()) checkString(who, `${what}[${i}]`, name);
  }
  const all = Object(cases) as Record<symbol, unknown>;
  const iterable = all[Symbol.iterator] ?? all[Symbol.asyncIterator];
  check(
    typeof cases === 'object' && Boolean(iterable),
    who,
    'cases',
    cases,
    'cases, such as dataset.cases()',
    'other',
  );
  const order = [...(raters ?? [])];
  const drawn: { picture: Float32Array; contours: Map<number, string[]>; diagnosis: Case['diagnosis'] }[] =
    [];
  for await (const one of cases) {
    checkObject(who, 'cases', one, 'cases');
    const { image, annotations, diagnosis } = one;
    if (image?.channels !== 0) checkPlane(who, image?.data, image);
    const square = { width: tile, height: tile };
    const window = widened({ left: 0, top: 0, width: image.width, height: image.height }, square);
    const by = window.width > tile ? 'area' : 'bilinear';
    const contours = new Map<number, string[]>();
    for (const structure of structures ?? Object.keys(annotations)) {
      for (const [rater, mask] of Object.entries(annotations[structure] ?? {})) {
        if (raters && !raters.includes(rater)) continue;
        if (!order.includes(rater)) order.push(rater);
        const size = { width: image.width, height: image.height, channels: 1 };
        for (const at of edge(resample(mask, size, window, square, 'area'), tile)) {
          contours.set(at, [...(contours.get(at) ?? []), rater]);
        }
      }
    }
    drawn.push({
      picture: image.channels
        ? coloured(resample(image.data, image, window, square, by), image.channels)
        : new Float32Array(3 * tile * tile),
      contours,
      diagnosis,
    });
  }
  if (drawn.length === 0) fail(who, 'cases is empty, expected at least one');

  const across = Math.min(drawn.length, columns ?? Math.ceil(Math.sqrt(drawn.length)));
  const down = Math.ceil(drawn.length / across);
  const [width, height] = [across * (tile + GAP) + GAP, down * (tile + GAP) + GAP];
  const data = new Float32Array(width * height * 3).fill(0.1);
  const colours = order.map((_, i) => colourOf(i));
  drawn.forEach(({ picture, contours, diagnosis }, k) => {
    const [left, top] = [GAP + (k % across) * (tile + GAP), GAP + Math.floor(k / across) * (tile + GAP)];
    for (let y = 0; y < tile; y++) {
      data.set(picture.subarray(y * tile * 3, (y + 1) * tile * 3), ((top + y) * width + left) * 3);
    }
    for (const [at, names] of contours) {
      const [x, y] = [at % tile, Math.floor(at / tile)];
      const name = names[((x + y) >> 2) % names.length]!;
      data.set(colours[order.indexOf(name)]!, ((top + y) * width + left + x) * 3);
    }
    const level = diagnosis === 1 ? 1 : 0.35;
    if (diagnosis !== undefined) {
      for (let y = 1; y < GAP - 1; y++) {
        const start = ((top + tile + y) * width + left) * 3;
        data.fill(level, start, start + tile * 3);
      }
    }
  });
  const hex = (colour: number[]) =>
    `#${colour
      .map((level) =>
        Math.round(level * 255)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('')}`;
  return {
    image: { data, width, height, channels: 3 },
    colours: Object.fromEntries(order.map((rater, i) => [rater, hex(colours[i]!)])),
  };
}

/** Pixels of a mask that have a neighbour outside it. */
function edge(mask: Float32Array, side: number): number[] {
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < side && y < side && mask[y * side + x]! >= 0.5;
  const found: number[] = [];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (!inside(x, y)) continue;
      if (!inside(x - 1, y) || !inside(x + 1, y) || !inside(x, y - 1) || !inside(x, y + 1))
        found.push(y * side + x);
    }
  }
  return found;
}

function coloured(data: Float32Array, channels: number): Float32Array {
  if (channels === 3) return data;
  const rgb = new Float32Array(data.length * 3);
  data.forEach((level, i) => {
    rgb.fill(level, 3 * i, 3 * i + 3);
  });
  return rgb;
}

/** Hues a golden angle apart, so that any number of raters get colours far from each other; lighter every other time. */
function colourOf(index: number): number[] {
  const hue = (index * 0.381966 + 0.02) % 1;
  const light = index % 2 ? 0.7 : 0.55;
  return [0, 8, 4].map((n) => {
    const k = (n + hue * 12) % 12;
    return light - Math.min(light, 1 - light) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  });
}
