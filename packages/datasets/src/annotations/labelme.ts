import { type AnnotatedImage, type Area, ellipse, leftOut, rectangle, type Shape } from './shape.js';
import {
  base64Of,
  type Fields,
  fieldsOf,
  isFields,
  listOf,
  placesOf,
  ringOf,
  sizeOf,
  textOf,
} from './values.js';

export const isLabelMe = (json: unknown): json is Fields =>
  isFields(json) && Array.isArray(json.shapes) && 'imagePath' in json;

/**
 * LabelMe: one JSON file per image, and per rater. Polygons, rectangles, circles, and masks, which it keeps as PNG within
 * a rectangle; lines and points enclose nothing.
 */
export function readLabelMe(json: Fields): AnnotatedImage[] {
  let lines = 0;
  const shapes = listOf(json.shapes, 'shapes').flatMap((one, i): Shape[] => {
    const shape = fieldsOf(one, `shapes[${i}]`);
    const area = areaOf(shape, `shapes[${i}]`);
    if (area) return [{ label: textOf(shape.label, `shapes[${i}].label`), area }];
    lines++;
    return [];
  });
  const known = (json.imageWidth ?? json.imageHeight ?? undefined) !== undefined;
  return [
    {
      name: textOf(json.imagePath, 'imagePath'),
      ...(known && sizeOf(json.imageWidth, json.imageHeight, 'image ')),
      shapes,
      notes: leftOut(lines, 'lines or points, which enclose nothing'),
    },
  ];
}

function areaOf({ shape_type, points, mask }: Fields, what: string): Area | undefined {
  const type = shape_type ?? 'polygon';
  if (type === 'polygon') return { parts: [[ringOf(points, `${what}.points`)]] };
  if (type === 'rectangle' || type === 'circle' || type === 'mask') {
    const corners = listOf(points, `${what}.points`);
    if (corners.length === 4 && type === 'rectangle') return { parts: [[ringOf(points, `${what}.points`)]] };
    if (corners.length !== 2)
      throw new Error(`${what}.points has ${corners.length} points, expected the two of a ${type}`);
    const [x1, y1, x2, y2] = placesOf(corners, `${what}.points`);
    if (type === 'circle') {
      const radius = Math.hypot(x2! - x1!, y2! - y1!);
      return ellipse(x1!, y1!, radius, radius);
    }
    const [left, top] = [Math.min(x1!, x2!), Math.min(y1!, y2!)];
    if (type === 'rectangle') return rectangle(left, top, Math.max(x1!, x2!), Math.max(y1!, y2!));
    const png = base64Of(textOf(mask, `${what}.mask`));
    return { left: Math.round(left), top: Math.round(top), png };
  }
  if (['line', 'linestrip', 'point', 'points'].includes(String(type))) return undefined;
  throw new Error(
    `${what}.shape_type is ${JSON.stringify(type)}, expected polygon, rectangle, circle or mask`,
  );
}
