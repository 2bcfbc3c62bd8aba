import { DataError, messageOf } from '../dataset/problem.js';
import type { Files } from '../formats/files.js';
import { parseXml } from '../formats/xml.js';
import { unzip } from '../formats/zip.js';
import { CVAT_LISTS, isCvat, readCvat } from './cvat.js';
import { isRoi, readRois } from './imagej-roi.js';
import { isLidcXml, LIDC_LISTS, readLidcXml } from './lidc-xml.js';
import { type JsonFormat, outlineFormats } from './outline-formats.js';
import { type AnnotatedImage, checkCorners } from './shape.js';
import { isSupervisely, readSupervisely } from './supervisely.js';
import { type Fields, parseJson } from './values.js';
import { isVia, isViaCsv, readVia, readViaCsv, viaCells } from './via.js';

/** The most bytes of a file of annotations: it is parsed in memory. */
const BYTE_LIMIT = 2 ** 28;
/** The same of XML, which takes many times its size. */
const XML_BYTE_LIMIT = 2 ** 26;
/** The most bytes of a zip of ROIs once it is unpacked. */
const ZIP_LIMIT = 2 ** 26;

/** The first whose mark a file has is its format. */
const JSON_FORMATS: readonly JsonFormat[] = [
  ...outlineFormats,
  { name: 'Supervisely', is: isSupervisely, read: readSupervisely },
  { name: 'VIA', is: isVia, read: readVia },
];

const XML_FORMATS = [
  { name: 'CVAT', is: isCvat, read: readCvat },
  { name: 'LIDC', is: isLidcXml, read: readLidcXml },
];

/** Whether a file's name is one that annotations may have. */
export const mayAnnotate = (path: string) => /\.(?:json|geojson|xml|csv|roi|zip)$/i.test(path);

/** What a file of annotations says, and which format it has. */
export interface Annotations {
  format: string;
  images: AnnotatedImage[];
}

/**
 * Reads a file of annotations, whichever of the formats it has.
 *
 * @throws DataError where it has none of them, is malformed, or beyond the limits.
 */
export async function readAnnotations(files: Files, path: string): Promise<Annotations> {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const bytes = await files.read(path, extension === 'xml' ? XML_BYTE_LIMIT : BYTE_LIMIT);
  try {
    const { name, read } = await formatOf(bytes, extension, path);
    const images = naming(name, read);
    for (const image of images) checkCorners(image);
    return { format: name, images };
  } catch (cause) {
    throw new DataError(path, messageOf(cause), { cause });
  }
}

async function formatOf(
  bytes: Buffer,
  extension: string,
  path: string,
): Promise<{ name: string; read(): AnnotatedImage[] }> {
  if (extension === 'roi') return { name: 'ImageJ', read: () => readRois([{ file: path, bytes }]) };
  if (extension === 'zip') {
    const rois = await unzipped(bytes);
    return { name: 'ImageJ', read: () => readRois(rois) };
  }
  if (extension === 'csv') {
    const cells = viaCells(bytes);
    if (isViaCsv(cells[0] ?? [])) return { name: 'VIA', read: () => readViaCsv(cells) };
    throw new Error(
      'a table, expected that of VIA with filename, region_shape_attributes and region_attributes',
    );
  }
  if (extension === 'xml') {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const xml = parseXml(text, [...CVAT_LISTS, ...LIDC_LISTS], { attributes: true }) as Fields;
    const found = XML_FORMATS.find(({ is }) => is(xml));
    if (found) return { name: found.name, read: () => found.read(xml) };
    throw new Error(`XML of none of the formats ${XML_FORMATS.map(({ name }) => name).join(', ')}`);
  }
  if (isRoi(bytes)) return { name: 'ImageJ', read: () => readRois([{ file: path, bytes }]) };
  const json = parseJson(bytes);
  const found = JSON_FORMATS.find(({ is }) => is(json));
  if (found) return { name: found.name, read: () => found.read(json as never) };
  throw new Error(`JSON of none of the formats ${JSON_FORMATS.map(({ name }) => name).join(', ')}`);
}

function naming(name: string, read: () => AnnotatedImage[]): AnnotatedImage[] {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${messageOf(cause)} (read as ${name})`, { cause });
  }
}

async function unzipped(bytes: Buffer): Promise<{ file: string; bytes: Buffer }[]> {
  const files = [...(await unzip(bytes, ZIP_LIMIT))];
  const rois = files.flatMap(([file, bytes]) => (/\.roi$/i.test(file) ? [{ file, bytes }] : []));
  if (rois.length === 0) throw new Error('a zip file without .roi files');
  return rois;
}
