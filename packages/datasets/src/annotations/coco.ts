import { check, checkObject, checkString } from '@diff/checks';
import type { Ring } from '../images/fill-rings.js';
import type { Size } from '../images/resample.js';
import { traceRings } from '../images/trace-rings.js';
import { countsOf, decodeCounts, encodeCounts } from './coco-rle.js';
import { checkRuns } from './draw-areas.js';
import { insideOf, type OutlineOptions, thresholdOf } from './inside.js';
import { type AnnotatedImage, type Area, by, leftOut, raterAmong } from './shape.js';
import { type Fields, fieldsOf, flatRingOf, integerOf, isFields, listOf, sizeOf, textOf } from './values.js';

export const isCoco = (json: unknown): json is Fields =>
  isFields(json) && Array.isArray(json.images) && Array.isArray(json.annotations);

/**
 * COCO: `segmentation` as polygons, whose parts are united since COCO has no holes in them, or as runs (RLE), short or as
 * numbers. A label is a category's name. Usually one file per annotator; else each annotation's `rater`, or that among
 * its `attributes`.
 */
export function readCoco(json: Fields): AnnotatedImage[] {
  const labels = new Map<unknown, string>();
  listOf(json.categories ?? [], 'categories').forEach((one, i) => {
    const { id, name } = fieldsOf(one, `categories[${i}]`);
    if (labels.has(id)) throw new Error(`categories[${i}].id is ${String(id)}, as of a category before`);
    labels.set(id, textOf(name, `categories[${i}].name`));
  });
  const images = new Map<unknown, AnnotatedImage & { boxes: number }>();
  listOf(json.images, 'images').forEach((one, i) => {
    const { id, file_name, width, height } = fieldsOf(one, `images[${i}]`);
    if (images.has(id)) throw new Error(`images[${i}].id is ${String(id)}, as of an image before`);
    const name = textOf(file_name, `images[${i}].file_name`);
    images.set(id, { name, ...sizeOf(width, height, `images[${i}].`), shapes: [], notes: [], boxes: 0 });
  });
  listOf(json.annotations, 'annotations').forEach((one, i) => {
    const what = `annotations[${i}]`;
    const annotation = fieldsOf(one, what);
    const image = images.get(annotation.image_id);
    if (!image) throw new Error(`${what}.image_id is ${String(annotation.image_id)}, which no image has`);
    const label = labels.get(annotation.category_id);
    if (label === undefined)
      throw new Error(`${what}.category_id is ${String(annotation.category_id)}, which no category has`);
    const area = areaOf(annotation.segmentation, `${what}.segmentation`, image as Required<AnnotatedImage>);
    const attributes = isFields(annotation.attributes) ? annotation.attributes : {};
    if (area) image.shapes.push({ label, ...by(raterAmong({ ...attributes, ...annotation })), area });
    else image.boxes++;
  });
  return [...images.values()].map(({ boxes, ...image }) => ({
    ...image,
    notes: leftOut(boxes, 'annotations without segmentation'),
  }));
}

function areaOf(
  segmentation: unknown,
  what: string,
  { width, height }: { width: number; height: number },
): Area | undefined {
  if (segmentation === undefined || segmentation === null) return undefined;
  if (Array.isArray(segmentation)) {
    const parts = segmentation.map((part, k): Ring[] => [flatRingOf(part, `${what}[${k}]`)]);
    return parts.length ? { parts } : undefined;
  }
  const { size, counts } = fieldsOf(segmentation, what);
  const sides = listOf(size, `${what}.size`);
  if (sides.length !== 2)
    throw new Error(`${what}.size has ${sides.length} numbers, expected height and width`);
  const [high, wide] = sides.map((value, k) => integerOf(value, `${what}.size[${k}]`, 1));
  if (high !== height || wide !== width)
    throw new Error(`${what}.size is ${String(size)}, expected ${height},${width} as of its image`);
  const runs =
    typeof counts === 'string'
      ? decodeCounts(counts, width * height + 1)
      : (listOf(counts, `${what}.counts`) as number[]);
  const area = { left: 0, top: 0, width, height, runs, byColumn: true };
  checkRuns(area);
  return area;
}

/** An image with what is outlined on it. */
export interface OutlinedImage extends Size {
  /** The name of its file. */
  file: string;
  /** By label, the mask: one value per pixel, row-major. */
  masks: Readonly<Record<string, ArrayLike<number>>>;
}

/**
 * Masks as a COCO file: one annotation per image and label, with its area in pixels and its box. Its segmentation is polygons along the edges
 * of pixels, or, where there is a hole, which polygons of COCO cannot have, the short form of runs (RLE). Either gives the mask again, to the
 * pixel. An image on which nothing is inside is listed without an annotation.
 *
 * @throws RangeError where a mask has another number of values than its image has pixels, or one is not finite.
 */
export function encodeCoco(images: readonly OutlinedImage[], options: OutlineOptions = {}): string {
  const threshold = thresholdOf('encodeCoco', options);
  const isList: boolean = Array.isArray(images);
  check(isList, 'encodeCoco', 'images', images, 'an array of images with masks', 'other');
  for (const [i, image] of images.entries()) {
    checkObject('encodeCoco', `images[${i}]`, image);
    checkString('encodeCoco', `images[${i}].file`, image.file);
    checkObject('encodeCoco', `images[${i}].masks`, image.masks);
  }
  const labels = [...new Set(images.flatMap(({ masks }) => Object.keys(masks)))];
  const annotations: object[] = [];
  images.forEach(({ width, height, masks }, k) => {
    for (const [label, values] of Object.entries(masks)) {
      const mask = insideOf('encodeCoco', values, { width, height }, threshold);
      const parts = traceRings(mask, { width, height });
      if (parts.length === 0) continue;
      const outlines = parts.map(({ outline }) => Array.from(outline));
      const axis = (which: number) => outlines.flatMap((ring) => ring.filter((_, i) => i % 2 === which));
      const [xs, ys] = [axis(0), axis(1)];
      const least = (all: number[]) => all.reduce((a, b) => Math.min(a, b));
      const most = (all: number[]) => all.reduce((a, b) => Math.max(a, b));
      annotations.push({
        id: annotations.length + 1,
        image_id: k + 1,
        category_id: labels.indexOf(label) + 1,
        segmentation: parts.some(({ holes }) => holes.length)
          ? { size: [height, width], counts: encodeCounts(countsOf(mask, width, height)) }
          : outlines,
        area: mask.reduce((sum, value) => sum + value, 0),
        bbox: [least(xs), least(ys), most(xs) - least(xs), most(ys) - least(ys)],
        iscrowd: 0,
      });
    }
  });
  return JSON.stringify({
    images: images.map(({ file, width, height }, k) => ({ id: k + 1, file_name: file, width, height })),
    categories: labels.map((name, k) => ({ id: k + 1, name, supercategory: '' })),
    annotations,
  });
}
