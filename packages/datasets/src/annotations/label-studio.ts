import { readBrush } from './label-studio-rle.js';
import { type AnnotatedImage, type Area, ellipse, leftOut, type Shape } from './shape.js';
import {
  type Fields,
  fieldsOf,
  isFields,
  listOf,
  numberOf,
  numbersOf,
  ringOf,
  sizeOf,
  textOf,
} from './values.js';

const isTask = (one: unknown) => isFields(one) && isFields(one.data) && Array.isArray(one.annotations);

export const isLabelStudio = (json: unknown): json is Fields | readonly unknown[] =>
  Array.isArray(json) ? json.length > 0 && json.every(isTask) : isTask(json);

/**
 * Label Studio's JSON (not JSON_MIN): polygons, brushes, rectangles and ellipses, in percent of the image. All raters are in one
 * file: an annotation's `completed_by` is the rater, by e-mail where that is there, else by number. Of two annotations by one
 * rater the later counts. Predictions and cancelled annotations are left out.
 */
export function readLabelStudio(json: Fields | readonly unknown[]): AnnotatedImage[] {
  return (Array.isArray(json) ? json : [json]).map((one, i) =>
    imageOf(fieldsOf(one, `task ${i}`), `task ${i}`),
  );
}

function imageOf(task: Fields, what: string): AnnotatedImage {
  const names = namesOf(task, what);
  const notes: string[] = [];
  const byRater = new Map<string, Shape[]>();
  let size: { width: number; height: number } | undefined;
  let others = 0;
  listOf(task.annotations, `${what}: annotations`).forEach((one, k) => {
    const where = `${what}, annotation ${k}`;
    const annotation = fieldsOf(one, where);
    if (annotation.was_cancelled === true) return;
    const rater = raterOf(annotation.completed_by, where);
    if (byRater.has(rater)) notes.push(`two annotations by rater ${rater}: the later one counts`);
    const shapes: Shape[] = [];
    listOf(annotation.result ?? [], `${where}: result`).forEach((item, r) => {
      const result = fieldsOf(item, `${where}, result ${r}`);
      const value = isFields(result.value) ? result.value : {};
      if (result.original_width === undefined || !isArea(result.type)) {
        others++;
        return;
      }
      const own = sizeOf(result.original_width, result.original_height, `${where}, result ${r}: original_`);
      if (size && (size.width !== own.width || size.height !== own.height))
        throw new Error(
          `${where}, result ${r} is of an image of ${own.width}×${own.height} pixels, another of ${size.width}×${size.height}`,
        );
      size = own;
      const labels = labelsOf(result.type, value);
      // A region and its labels may be two results of one id.
      if (labels.length === 0) {
        others++;
        return;
      }
      if (Number(result.image_rotation ?? 0) !== 0)
        throw new Error(
          `${where}, result ${r} is of an image turned by ${String(result.image_rotation)}°, expected 0`,
        );
      const area = areaOf(result.type, value, own, `${where}, result ${r}`);
      shapes.push(...labels.map((label) => ({ label, rater, area })));
    });
    byRater.set(rater, shapes);
  });
  notes.push(...leftOut(others, 'results that are no labelled areas'));
  return { ...names, ...size, shapes: [...byRater.values()].flat(), raters: [...byRater.keys()], notes };
}

/** The name of the uploaded file, also without the eight digits that an upload puts in front of it. */
function namesOf(task: Fields, what: string) {
  const data = Object.values(fieldsOf(task.data, `${what}: data`)).filter(
    (value) => typeof value === 'string',
  );
  const found = data.find((value) => /\.(?:png|jpe?g|tiff?|gif|bmp|webp)(?:$|\?)/i.test(value)) ?? data[0];
  const url = textOf(found ?? task.file_upload, `${what}: data.image`);
  const name = decodeURIComponent(
    url.replace(/\?(?:d=)?.*$/, (query) => (query.startsWith('?d=') ? `/${query.slice(3)}` : '')),
  );
  const shortName = name.replace(/^.*\//, '').replace(/^[0-9a-f]{8}-/, '');
  return { name, shortName };
}

function raterOf(who: unknown, what: string): string {
  if (isFields(who)) return textOf(who.email ?? who.id, `${what}: completed_by`);
  return textOf(who, `${what}: completed_by`);
}

const KINDS = ['polygon', 'brush', 'rectangle', 'ellipse'] as const;
const kindOf = (type: unknown) => KINDS.find((kind) => type === kind || type === `${kind}labels`);
const isArea = (type: unknown): type is string => kindOf(type) !== undefined;

const labelsOf = (type: string, value: Fields): string[] => {
  const found = value[type] ?? value.labels;
  return Array.isArray(found) ? found.map((label) => textOf(label, 'label')) : [];
};

function areaOf(type: string, value: Fields, size: { width: number; height: number }, what: string): Area {
  const [u, v] = [size.width / 100, size.height / 100];
  const at = (name: string, scale = 1) =>
    numberOf(value[name] ?? (name === 'rotation' ? 0 : undefined), `${what}: ${name}`) * scale;
  const turn = (at('rotation') * Math.PI) / 180;
  switch (kindOf(type)) {
    case 'polygon':
      return { parts: [[ringOf(value.points, `${what}: points`, [u, v])]] };
    case 'brush': {
      if (value.format !== 'rle')
        throw new Error(`${what}: format is ${JSON.stringify(value.format)}, expected "rle"`);
      const bytes = numbersOf(value.rle, `${what}: rle`);
      const strange = bytes.findIndex((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255);
      if (strange >= 0) throw new Error(`${what}: rle[${strange}] is ${bytes[strange]}, expected a byte`);
      return readBrush(Uint8Array.from(bytes), size);
    }
    case 'ellipse':
      return ellipse(at('x', u), at('y', v), at('radiusX', u), at('radiusY', v), turn);
    default: {
      // Turned about its upper left corner.
      const [x, y, w, h] = [at('x', u), at('y', v), at('width', u), at('height', v)];
      const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
      const corner = (a: number, b: number) => [x + a * cos - b * sin, y + a * sin + b * cos];
      return {
        parts: [[Float64Array.from([corner(0, 0), corner(w, 0), corner(w, h), corner(0, h)].flat())]],
      };
    }
  }
}
