import { readCsv } from '../formats/csv.js';
import {
  type AnnotatedImage,
  type Area,
  by,
  ellipse,
  leftOut,
  raterAmong,
  rectangle,
  type Shape,
} from './shape.js';
import { type Fields, fieldsOf, isFields, listOf, numberOf, parseJson, ringOf, textOf } from './values.js';

const METADATA = '_via_img_metadata';

export function isVia(json: unknown): json is Fields {
  if (!isFields(json)) return false;
  if (METADATA in json) return true;
  const images = Object.values(json);
  return images.length > 0 && images.every((one) => isFields(one) && 'filename' in one && 'regions' in one);
}

/**
 * VGG Image Annotator 1 and 2: a project, or exported annotations. Polygons, rectangles, circles and ellipses. A label is
 * the region's attribute `label`, `class`, `name`, `type` or `category`, or the only one that it has beside `rater`. One file per
 * annotator, or that attribute. The image's size is not in it.
 */
export function readVia(json: Fields): AnnotatedImage[] {
  const images = METADATA in json ? fieldsOf(json[METADATA], METADATA) : json;
  return Object.values(images).map((one, i) => {
    const { filename, regions, file_attributes } = fieldsOf(one, `image ${i}`);
    const name = textOf(filename, `image ${i}: filename`);
    // Version 1 has them by number.
    const found = isFields(regions) ? Object.values(regions) : listOf(regions ?? [], `${name}: regions`);
    return imageOf(name, found, isFields(file_attributes) ? file_attributes : {});
  });
}

const COLUMNS = ['filename', 'region_shape_attributes', 'region_attributes'];

export const isViaCsv = (header: readonly unknown[]) => COLUMNS.every((name) => header.includes(name));

/** The same as VIA exports it to CSV: one row per region. */
export function readViaCsv([header = [], ...rows]: readonly (readonly unknown[])[]): AnnotatedImage[] {
  const images = new Map<string, { regions: Fields[]; about: Fields }>();
  rows.forEach((row, i) => {
    const cell = (name: string) => row[header.indexOf(name)];
    const json = (name: string) =>
      fieldsOf(parseJson(Buffer.from(String(cell(name) || '{}'))), `row ${i + 2}: ${name}`);
    const name = textOf(cell('filename'), `row ${i + 2}: filename`);
    const image = images.get(name) ?? { regions: [], about: json('file_attributes') };
    images.set(name, image);
    const shape = json('region_shape_attributes');
    // An image without regions has a row too.
    if ('name' in shape)
      image.regions.push({ shape_attributes: shape, region_attributes: json('region_attributes') });
  });
  return [...images].map(([name, { regions, about }]) => imageOf(name, regions, about));
}

/** The cells of a CSV file. */
export const viaCells = (bytes: Buffer) => readCsv(bytes);

function imageOf(name: string, regions: readonly unknown[], about: Fields): AnnotatedImage {
  let lines = 0;
  const looked = raterAmong(about);
  const shapes = regions.flatMap((one, k): Shape[] => {
    const what = `${name}: region ${k}`;
    const { shape_attributes, region_attributes } = fieldsOf(one, what);
    const area = areaOf(fieldsOf(shape_attributes, `${what}: shape_attributes`), what);
    const attributes = fieldsOf(region_attributes ?? {}, `${what}: region_attributes`);
    if (area) return [{ label: labelOf(attributes, what), ...by(raterAmong(attributes) ?? looked), area }];
    lines++;
    return [];
  });
  const notes = leftOut(lines, 'lines or points, which enclose nothing');
  return { name, shapes, ...(looked !== undefined && { raters: [looked] }), notes };
}

const LABELS = ['label', 'class', 'name', 'type', 'category'];

function labelOf(attributes: Fields, what: string): string {
  const named = Object.entries(attributes).filter(([name]) => LABELS.includes(name.toLowerCase()));
  const others = Object.entries(attributes).filter(
    ([name, value]) => raterAmong({ [name]: value }) === undefined,
  );
  const [found, ...more] = named.length ? named : others;
  if (!found) return 'object';
  if (more.length && !named.length)
    throw new Error(
      `${what} has the attributes ${others.map(([name]) => name).join(', ')}, expected one called label`,
    );
  const [name, value] = found;
  // A box to tick: { malignant: true }.
  const ticked = isFields(value) ? Object.keys(value).filter((key) => value[key]) : [value];
  if (ticked.length !== 1) throw new Error(`${what}: ${name} has ${ticked.length} values, expected one`);
  return textOf(ticked[0], `${what}: ${name}`);
}

function areaOf(shape: Fields, what: string): Area | undefined {
  const at = (name: string) => numberOf(shape[name], `${what}: ${name}`);
  switch (shape.name) {
    case 'polygon': {
      const [x, y] = ['x', 'y'].map((axis) =>
        listOf(shape[`all_points_${axis}`], `${what}: all_points_${axis}`),
      );
      if (x!.length !== y!.length)
        throw new Error(`${what} has ${x!.length} x and ${y!.length} y, expected as many of both`);
      return {
        parts: [
          [
            ringOf(
              x!.map((value, i) => [value, y![i]]),
              `${what}: points`,
            ),
          ],
        ],
      };
    }
    case 'rect':
      return rectangle(at('x'), at('y'), at('x') + at('width'), at('y') + at('height'));
    case 'circle':
      return ellipse(at('cx'), at('cy'), at('r'), at('r'));
    case 'ellipse':
      return ellipse(at('cx'), at('cy'), at('rx'), at('ry'), shape.theta === undefined ? 0 : at('theta'));
    case 'polyline':
    case 'point':
      return undefined;
    default:
      throw new Error(
        `${what}: name is ${JSON.stringify(shape.name)}, expected polygon, rect, circle or ellipse`,
      );
  }
}
