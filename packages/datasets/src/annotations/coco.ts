import type { Ring } from '../images/fill-rings.js';
import { decodeCounts } from './coco-rle.js';
import { checkRuns } from './draw-shapes.js';
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
  const [high, wide] = listOf(size, `${what}.size`).map((value, k) =>
    integerOf(value, `${what}.size[${k}]`, 1),
  );
  if (high !== height || wide !== width)
    throw new Error(`${what}.size is ${String(size)}, expected ${height},${width} as of its image`);
  const runs =
    typeof counts === 'string' ? decodeCounts(counts) : (listOf(counts, `${what}.counts`) as number[]);
  const area = { left: 0, top: 0, width, height, runs, byColumn: true };
  checkRuns(area);
  return area;
}
