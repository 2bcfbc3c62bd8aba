import { inflateSync } from 'node:zlib';
import { messageOf } from '../dataset/problem.js';
import { type AnnotatedImage, type Area, by, FARTHEST, leftOut, type Shape } from './shape.js';
import { type Fields, fieldsOf, integerOf, isFields, listOf, ringOf, sizeOf, textOf } from './values.js';

export const isSupervisely = (json: unknown): json is Fields =>
  isFields(json) && Array.isArray(json.objects) && isFields(json.size);

/** The most bytes of a bitmap once it is unpacked: a PNG file, small itself. */
const BITMAP_LIMIT = 2 ** 26;

/**
 * Supervisely: one JSON file per image, named after it (`case1.png.json`). Polygons with holes, rectangles and bitmaps. The rater is
 * each object's `labelerLogin`, or one folder each. Whole coordinates name pixels, and an outline's own pixels are inside
 * (a hole's outside), as its toolkit draws them; others are places.
 */
export function readSupervisely(json: Fields): AnnotatedImage[] {
  const { height, width } = fieldsOf(json.size, 'size');
  let lines = 0;
  const shapes = listOf(json.objects, 'objects').flatMap((one, i): Shape[] => {
    const what = `objects[${i}]`;
    const object = fieldsOf(one, what);
    const area = areaOf(object, what);
    const rater = object.labelerLogin;
    if (area)
      return [
        {
          label: textOf(object.classTitle, `${what}.classTitle`),
          ...by(typeof rater === 'string' && rater ? rater : undefined),
          area,
        },
      ];
    lines++;
    return [];
  });
  return [
    {
      ...sizeOf(width, height, 'size.'),
      shapes,
      notes: leftOut(lines, 'lines or points, which enclose nothing'),
    },
  ];
}

function areaOf(object: Fields, what: string): Area | undefined {
  const type = object.geometryType;
  if (type === 'bitmap') {
    const { data, origin } = fieldsOf(object.bitmap, `${what}.bitmap`);
    const [left, top, ...more] = listOf(origin, `${what}.bitmap.origin`).map((value, k) =>
      integerOf(value, `${what}.bitmap.origin[${k}]`, -FARTHEST),
    );
    if (left === undefined || top === undefined || more.length)
      throw new Error(`${what}.bitmap.origin is ${JSON.stringify(origin)}, expected x and y`);
    return { left, top, png: unpacked(data, `${what}.bitmap.data`) };
  }
  if (type === 'polygon' || type === 'rectangle') {
    const { exterior, interior } = fieldsOf(object.points, `${what}.points`);
    const outline = type === 'rectangle' ? cornersOf(exterior, `${what}.points.exterior`) : exterior;
    const rings = [
      ringOf(outline, `${what}.points.exterior`),
      ...listOf(interior ?? [], `${what}.points.interior`).map((hole, k) =>
        ringOf(hole, `${what}.points.interior[${k}]`),
      ),
    ];
    const whole = rings.every((ring) => Array.from(ring).every(Number.isInteger));
    return { parts: [rings], ...(whole && { grid: 'touched' as const }) };
  }
  if (['line', 'point', 'graph', 'cuboid'].includes(String(type))) return undefined;
  throw new Error(`${what}.geometryType is ${JSON.stringify(type)}, expected polygon, rectangle or bitmap`);
}

function unpacked(data: unknown, what: string): Buffer {
  const packed = Buffer.from(textOf(data, what), 'base64');
  try {
    return inflateSync(packed, { maxOutputLength: BITMAP_LIMIT });
  } catch (cause) {
    throw new Error(`${what} cannot be unpacked (${messageOf(cause)})`, { cause });
  }
}

/** A rectangle's four corners, of two. */
function cornersOf(exterior: unknown, what: string): unknown[] {
  const [first, second, ...more] = listOf(exterior, what).map((corner, k) => listOf(corner, `${what}[${k}]`));
  if (!first || !second || more.length) throw new Error(`${what} has not the two corners of a rectangle`);
  return [first, [second[0], first[1]], second, [first[0], second[1]]];
}
