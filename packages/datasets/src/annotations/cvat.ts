import { checkRuns } from './draw-areas.js';
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
import {
  type Fields,
  fieldsOf,
  integerOf,
  isFields,
  listOf,
  numberOf,
  ringOf,
  sizeOf,
  textOf,
} from './values.js';

/** Elements of which there may be one or many. */
export const CVAT_LISTS = [
  'image',
  'polygon',
  'box',
  'ellipse',
  'mask',
  'polyline',
  'points',
  'cuboid',
  'attribute',
];

export const isCvat = (xml: Fields): boolean => isFields(xml.annotations) && 'version' in xml.annotations;

/**
 * CVAT for images 1.1: polygons, boxes, ellipses and masks of each `<image>`. One file per annotator, or a text attribute
 * `rater` of each shape.
 */
export function readCvat(xml: Fields): AnnotatedImage[] {
  const { version, track, image: images } = fieldsOf(xml.annotations, '<annotations>');
  if (track !== undefined) throw new Error('CVAT for video, expected CVAT for images 1.1');
  if (!String(version).startsWith('1.')) throw new Error(`version ${String(version)} of CVAT, expected 1.1`);
  return listOf(images ?? [], '<image>').map((one, i) => {
    const image = fieldsOf(one, `image ${i}`);
    const name = textOf(image['@name'], `image ${i}: name`);
    const count = (kind: string) => (Array.isArray(image[kind]) ? image[kind].length : 0);
    return {
      name,
      ...sizeOf(image['@width'], image['@height'], `image ${name}: `),
      shapes: Object.entries(AREAS).flatMap(([kind, areaOf]) =>
        listOf(image[kind] ?? [], kind).map((shape, k) =>
          shapeOf(shape, `image ${name}, ${kind} ${k}: `, areaOf),
        ),
      ),
      notes: leftOut(
        count('polyline') + count('points') + count('cuboid'),
        'lines, points or cuboids, which enclose nothing',
      ),
    };
  });
}

type AreaOf = (shape: Fields, what: string) => Area;

function shapeOf(value: unknown, what: string, areaOf: AreaOf): Shape {
  const shape = fieldsOf(value, what);
  const attributes = listOf(shape.attribute ?? [], 'attribute').filter(isFields);
  const rater = raterAmong(Object.fromEntries(attributes.map((one) => [String(one['@name']), one['#text']])));
  return { label: textOf(shape['@label'], `${what}label`), ...by(rater), area: areaOf(shape, what) };
}

const AREAS: Record<string, AreaOf> = {
  polygon: (shape, what) => {
    const corners = textOf(shape['@points'], `${what}points`).split(';');
    return {
      parts: [
        [
          ringOf(
            corners.map((corner) => corner.split(',')),
            `${what}points`,
          ),
        ],
      ],
    };
  },
  box: (shape, what) => {
    const at = (name: string) => numberOf(shape[`@${name}`], what + name);
    if (Number(shape['@rotation'] ?? 0) !== 0) throw new Error(`${what}a turned box, expected a polygon`);
    return rectangle(at('xtl'), at('ytl'), at('xbr'), at('ybr'));
  },
  ellipse: (shape, what) => {
    const at = (name: string) =>
      numberOf(shape[`@${name}`] ?? (name === 'rotation' ? 0 : undefined), what + name);
    return ellipse(at('cx'), at('cy'), at('rx'), at('ry'), (at('rotation') * Math.PI) / 180);
  },
  mask: (shape, what) => {
    const at = (name: string) => integerOf(shape[`@${name}`], what + name);
    const runs = textOf(shape['@rle'], `${what}rle`).split(',').map(Number);
    const area = { left: at('left'), top: at('top'), width: at('width'), height: at('height'), runs };
    checkRuns(area);
    return area;
  },
};
