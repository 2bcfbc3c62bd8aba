import type { Ring } from '../images/fill-rings.js';
import { type AnnotatedImage, type Area, ellipse, leftOut, rectangle, type Shape } from './shape.js';

export const isRoi = (bytes: Buffer) => bytes.toString('latin1', 0, 4) === 'Iout';

const [POLYGON, RECTANGLE, OVAL, FREEHAND, TRACED] = [0, 1, 2, 7, 8];
/** Options: a curve is fitted through the corners; coordinates are floats. */
const [FITTED, SUBPIXEL] = [1, 128];
/** What else a rectangle may be: a text, a picture. */
const [TEXT, IMAGE] = [1, 4];
/** The name that ImageJ gives by itself: where it lies. */
const GIVEN = /^\d+(?:-\d+)*$/;

/**
 * ROIs of ImageJ, each the bytes of a `.roi` file: polygons, freehand and traced outlines, rectangles, ovals and composites
 * (even-odd, so with holes). One file (`.roi`, or a `.zip` of several) per rater and image. The label is the name that the user gave,
 * else `object`. Source: the format as ImageJ's RoiDecoder documents it.
 */
export function readRois(rois: readonly { file: string; bytes: Buffer }[]): AnnotatedImage[] {
  let lines = 0;
  const slices = new Set<number>();
  const shapes = rois.flatMap(({ file, bytes }): Shape[] => {
    try {
      const area = areaOf(bytes);
      const { name, slice } = aboutOf(bytes);
      if (area) {
        slices.add(slice);
        return [{ label: name && !GIVEN.test(name) ? name : 'object', area }];
      }
      lines++;
      return [];
    } catch (cause) {
      const reason = cause instanceof RangeError ? 'truncated' : (cause as Error).message;
      throw new Error(rois.length > 1 ? `${file}: ${reason}` : reason, { cause });
    }
  });
  if (slices.size > 1) {
    const some = [...slices]
      .sort((a, b) => a - b)
      .slice(0, 8)
      .join(', ');
    throw new Error(
      `its outlines lie in the slices ${some}: save those of each slice in a file of their own`,
    );
  }
  return [{ shapes, notes: leftOut(lines, 'lines, points or texts, which enclose nothing') }];
}

function areaOf(bytes: Buffer): Area | undefined {
  if (!isRoi(bytes)) throw new Error('not a ROI of ImageJ');
  const [version, type] = [bytes.readInt16BE(4), bytes[6]!];
  const [top, left, bottom, right] = [8, 10, 12, 14].map((at) => bytes.readInt16BE(at)) as [
    number,
    number,
    number,
    number,
  ];
  const options = version >= 218 ? bytes.readInt16BE(50) : 0;
  const subtype = version >= 218 ? bytes.readInt16BE(48) : 0;
  const floats = (options & SUBPIXEL) !== 0 && version >= 222;
  const composite = bytes.readInt32BE(36);
  if (composite > 0) return { parts: [pathOf(bytes, composite)] };
  if (type === RECTANGLE && (subtype === TEXT || subtype === IMAGE)) return undefined;
  if (type === RECTANGLE || type === OVAL) {
    if (bytes.readInt16BE(54) > 0 && type === RECTANGLE)
      throw new Error('a rectangle with round corners, expected a polygon');
    const exact = floats && version >= 223;
    const [x, y, w, h] = exact
      ? ([18, 22, 26, 30].map((at) => bytes.readFloatBE(at)) as [number, number, number, number])
      : [left, top, right - left, bottom - top];
    if (![x, y].every(Number.isFinite) || !(w > 0 && h > 0 && Number.isFinite(w + h)))
      throw new Error(`its box is ${w} × ${h} at ${x}, ${y}, expected finite numbers and sides above 0`);
    return type === RECTANGLE ? rectangle(x, y, x + w, y + h) : ellipse(x + w / 2, y + h / 2, w / 2, h / 2);
  }
  if (type !== POLYGON && type !== FREEHAND && type !== TRACED) return undefined;
  if (options & FITTED)
    throw new Error('a curve that is fitted through its corners (spline): save it as a freehand outline');
  const count = bytes.readUInt16BE(16) || bytes.readInt32BE(18);
  if (count < 3) throw new Error(`${count} corners, expected three or more`);
  const end = 64 + (floats ? 12 : 4) * count;
  if (end > bytes.length) throw new Error('truncated');
  const ring = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    // The floats lie behind the integers.
    ring[2 * i] = floats ? bytes.readFloatBE(64 + 4 * count + 4 * i) : left + bytes.readInt16BE(64 + 2 * i);
    ring[2 * i + 1] = floats
      ? bytes.readFloatBE(64 + 8 * count + 4 * i)
      : top + bytes.readInt16BE(64 + 2 * count + 2 * i);
  }
  return { parts: [[finite(ring)]] };
}

/** The rings of a composite: floats, in turn what a segment is and its points. */
function pathOf(bytes: Buffer, count: number): Ring[] {
  if (64 + 4 * count > bytes.length) throw new Error('truncated');
  const values = Array.from({ length: count }, (_, i) => bytes.readFloatBE(64 + 4 * i));
  const rings: number[][] = [];
  for (let at = 0; at < count; ) {
    const segment = values[at++];
    if (segment === 4) continue;
    if (segment !== 0 && segment !== 1)
      throw new Error(`a composite with curves (segment ${segment}), expected straight edges`);
    if (segment === 0) rings.push([]);
    const ring = rings.at(-1);
    if (!ring || at + 2 > count) throw new Error('a composite that begins or ends amid a segment');
    ring.push(values[at]!, values[at + 1]!);
    at += 2;
  }
  return rings.filter((ring) => ring.length >= 6).map((ring) => finite(Float64Array.from(ring)));
}

function finite(ring: Float64Array): Ring {
  const strange = ring.findIndex((value) => !Number.isFinite(value));
  if (strange >= 0) throw new Error(`coordinate ${strange} is ${ring[strange]}, expected a finite number`);
  return ring;
}

/** Name and slice, which lie in a second header. */
function aboutOf(bytes: Buffer): { name: string; slice: number } {
  const position = bytes.readInt32BE(56);
  const second = bytes.readInt32BE(60);
  if (second <= 0 || second + 24 > bytes.length) return { name: '', slice: position };
  const [start, length] = [bytes.readInt32BE(second + 16), bytes.readInt32BE(second + 20)];
  const inFile = start > 0 && length > 0 && start + 2 * length <= bytes.length;
  const name = inFile
    ? Buffer.from(bytes.subarray(start, start + 2 * length))
        .swap16()
        .toString('utf16le')
    : '';
  return { name: name.trim(), slice: bytes.readInt32BE(second + 8) || position };
}
