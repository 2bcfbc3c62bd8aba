import type { Ring } from '../images/fill-rings.js';

/** What a file of annotations says of one image. */
export interface AnnotatedImage {
  /** The image's file, as the tool names it; absent where the file of annotations belongs to one image alone. */
  name?: string;
  /** Its name before the tool put something in front of it. */
  shortName?: string;
  /** The image's size in pixels, where the file says it. */
  width?: number;
  height?: number;
  shapes: Shape[];
  /** Who looked at the image, where the file says it, those included who outlined nothing. */
  raters?: string[];
  /** What encloses nothing, or cannot be used, and was left out. */
  notes: string[];
}

/** Something that was outlined, in pixels of the image. */
export interface Shape {
  label: string;
  /** Who outlined it, where the file says it. */
  rater?: string;
  area: Area;
}

export type Area = Polygons | Runs | Picture;

/** Parts, each of rings of which an odd number encloses what is inside: an outline with its holes. Parts are united. */
export interface Polygons {
  parts: readonly (readonly Ring[])[];
  /**
   * What coordinates are: places, (0, 0) the outer corner of the first pixel ('corner', the default); pixels by column and
   * row, all that an outline touches being inside ('touched'), or outside ('around').
   */
  grid?: 'corner' | 'touched' | 'around';
}

/** A rectangle of pixels as lengths of runs, in turn outside and inside, row by row or column by column. */
export interface Runs {
  left: number;
  top: number;
  width: number;
  height: number;
  runs: ArrayLike<number>;
  byColumn?: boolean;
}

/** A rectangle of pixels as a PNG file: those that are not black and not transparent are inside. */
export interface Picture {
  left: number;
  top: number;
  png: Uint8Array;
}

/** The most corners of one image's outlines. */
export const CORNER_LIMIT = 2 ** 20;

/** How far from the image's corner a place may be: beyond it no number of 64 bits tells parts of a pixel well. */
export const FARTHEST = 2 ** 30;

/** Names that tools and their users give to whoever outlined a shape. */
const RATER = ['rater', 'annotator', 'reader', 'expert', 'observer', 'grader'];

/** The rater among a shape's attributes, where there is one. */
export function raterAmong(attributes: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(attributes)) {
    const isText = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
    if (isText && RATER.includes(name.toLowerCase())) return String(value).trim();
  }
  return undefined;
}

/** `{ rater }`, or nothing of it. */
export const by = (rater: string | undefined) => (rater === undefined ? {} : { rater });

/** "3 lines or points, which enclose nothing", as a note; none for 0. */
export const leftOut = (count: number, what: string): string[] =>
  count ? [`${count} ${what}: left out`] : [];

export const rectangle = (left: number, top: number, right: number, bottom: number): Polygons => ({
  parts: [[Float64Array.of(left, top, right, top, right, bottom, left, bottom)]],
});

/** An ellipse whose first axis is turned by `turn` radians, as a polygon nowhere a thousandth of a pixel off. */
export function ellipse(x: number, y: number, rx: number, ry: number, turn = 0): Polygons {
  if (!(rx >= 0 && ry >= 0)) throw new Error(`an ellipse of radii ${rx} and ${ry}, expected 0 or more`);
  const corners = Math.min(2 ** 16, Math.max(8, Math.ceil(Math.PI * Math.sqrt(Math.max(rx, ry) / 0.002))));
  const ring = new Float64Array(2 * corners);
  for (let k = 0; k < corners; k++) {
    const angle = (2 * Math.PI * k) / corners;
    const [u, v] = [rx * Math.cos(angle), ry * Math.sin(angle)];
    ring[2 * k] = x + u * Math.cos(turn) - v * Math.sin(turn);
    ring[2 * k + 1] = y + u * Math.sin(turn) + v * Math.cos(turn);
  }
  return { parts: [[ring]] };
}

/** @throws Error where the outlines of an image have too many corners, or one that lies too far away. */
export function checkCorners({ name, shapes }: AnnotatedImage): void {
  let corners = 0;
  for (const { area } of shapes)
    for (const ring of 'parts' in area ? area.parts.flat() : []) {
      corners += ring.length / 2;
      for (let i = 0; i < ring.length; i++)
        if (!(Math.abs(ring[i]!) <= FARTHEST))
          throw new Error(
            `an outline of ${name ?? 'its image'} has a corner at ${ring[i]}, expected at most ${FARTHEST} pixels`,
          );
    }
  if (corners > CORNER_LIMIT)
    throw new Error(
      `the outlines of ${name ?? 'its image'} have ${corners} corners, more than the limit of ${CORNER_LIMIT}`,
    );
}
