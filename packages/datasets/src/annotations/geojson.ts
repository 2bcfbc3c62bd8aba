import { checkObject } from '@diff/checks';
import type { Ring } from '../images/fill-rings.js';
import type { Size } from '../images/resample.js';
import { traceRings } from '../images/trace-rings.js';
import { insideOf, type OutlineOptions, thresholdOf } from './inside.js';
import { type AnnotatedImage, by, leftOut, type Polygons, raterAmong, type Shape } from './shape.js';
import { type Fields, fieldsOf, isFields, listOf, ringOf, textOf } from './values.js';

const isFeature = (one: unknown) => isFields(one) && one.type === 'Feature';

export const isGeoJson = (json: unknown): json is Fields | readonly unknown[] =>
  Array.isArray(json)
    ? json.length > 0 && json.every(isFeature)
    : isFeature(json) || (isFields(json) && json.type === 'FeatureCollection');

/**
 * GeoJSON as QuPath exports it: one file per image, in pixels of its full size. Polygons and multipolygons, with holes. The
 * label is the name of the classification, else `object`; the rater is a property `rater` of the feature or in its
 * `metadata`, or one file each.
 */
export function readGeoJson(json: Fields | readonly unknown[]): AnnotatedImage[] {
  const features = isFields(json)
    ? json.type === 'Feature'
      ? [json]
      : listOf(json.features, 'features')
    : (json as readonly unknown[]);
  let lines = 0;
  const planes = new Set<string>();
  const shapes = features.flatMap((one, i): Shape[] => {
    const what = `features[${i}]`;
    const { geometry, properties } = fieldsOf(one, what);
    const about = fieldsOf(properties ?? {}, `${what}.properties`);
    const shape = fieldsOf(geometry, `${what}.geometry`);
    const area = areaOf(shape, `${what}.geometry`);
    const { z = 0, t = 0 } = isFields(shape.plane) ? shape.plane : {};
    if (area) planes.add(`z ${String(z)}, t ${String(t)}`);
    const metadata = isFields(about.metadata) ? about.metadata : {};
    if (area) return [{ label: labelOf(about, what), ...by(raterAmong({ ...metadata, ...about })), area }];
    lines++;
    return [];
  });
  if (planes.size > 1)
    throw new Error(
      `its outlines lie in ${planes.size} planes (${[...planes].slice(0, 8).join('; ')}): export those of each in a file of their own`,
    );
  return [{ shapes, notes: leftOut(lines, 'lines or points, which enclose nothing') }];
}

function labelOf({ classification }: Fields, what: string): string {
  if (classification === undefined || classification === null) return 'object';
  if (!isFields(classification)) return textOf(classification, `${what}.properties.classification`);
  const { name, names } = classification;
  return textOf(
    name ?? (Array.isArray(names) ? names.join(': ') : names),
    `${what}.properties.classification.name`,
  );
}

function areaOf({ type, coordinates }: Fields, what: string): Polygons | undefined {
  const filled = (value: unknown, where: string) => {
    const list = listOf(value, where);
    if (list.length === 0) throw new Error(`${where} is empty, expected rings of corners`);
    return list;
  };
  const part = (rings: unknown, where: string) =>
    filled(rings, where).map((ring, k) => ringOf(ring, `${where}[${k}]`));
  if (type === 'Polygon') return { parts: [part(coordinates, `${what}.coordinates`)] };
  if (type === 'MultiPolygon') {
    const parts = filled(coordinates, `${what}.coordinates`);
    return { parts: parts.map((rings, k) => part(rings, `${what}.coordinates[${k}]`)) };
  }
  if (['Point', 'MultiPoint', 'LineString', 'MultiLineString'].includes(String(type))) return undefined;
  throw new Error(`${what}.type is ${JSON.stringify(type)}, expected Polygon or MultiPolygon`);
}

/**
 * Masks of one image as GeoJSON that QuPath opens: a feature per label, a polygon or a multipolygon along the edges of pixels, with
 * holes, in pixels from the upper left corner. It gives the masks again, to the pixel. A label that is nowhere inside has no feature.
 *
 * @param masks By label, one value per pixel, row-major.
 * @throws RangeError where a mask has another number of values than the image has pixels, or one is not finite.
 */
export function encodeGeoJson(
  masks: Readonly<Record<string, ArrayLike<number>>>,
  size: Size,
  options: OutlineOptions = {},
): string {
  checkObject('encodeGeoJson', 'masks', masks);
  checkObject('encodeGeoJson', 'size', size);
  const threshold = thresholdOf('encodeGeoJson', options);
  const features = Object.entries(masks).flatMap(([label, values]) => {
    const parts = traceRings(insideOf('encodeGeoJson', values, size, threshold), size);
    const polygons = parts.map(({ outline, holes }) => [outline, ...holes].map(closed));
    if (polygons.length === 0) return [];
    const geometry =
      polygons.length === 1
        ? { type: 'Polygon', coordinates: polygons[0] }
        : { type: 'MultiPolygon', coordinates: polygons };
    return [
      {
        type: 'Feature',
        geometry,
        properties: { objectType: 'annotation', classification: { name: label } },
      },
    ];
  });
  return JSON.stringify({ type: 'FeatureCollection', features });
}

/** Corners as GeoJSON has them: the last is the first again. */
const closed = (ring: Ring) =>
  Array.from({ length: ring.length / 2 + 1 }, (_, i) => [
    ring[(2 * i) % ring.length],
    ring[((2 * i) % ring.length) + 1],
  ]);
