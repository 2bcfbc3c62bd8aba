import dicomParser from 'dicom-parser';
import { messageOf } from '../dataset/problem.js';
import { checkPixels, type Raster, type RasterLimits } from '../images/raster.js';

const UNCOMPRESSED = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1']);

/**
 * A grey DICOM image of 8 or 16 bits, uncompressed and little-endian, scaled by its rescale slope and intercept and
 * shown through its first window, or between its extremes where it has none. `dicom-parser` reads the tags; it is
 * small, has no dependency, and leaves the pixels to its caller.
 */
export async function readDicom(bytes: Buffer, limits: RasterLimits): Promise<Raster> {
  const file = parsed(bytes);
  const syntax = file.string('x00020010') ?? '1.2.840.10008.1.2';
  if (!UNCOMPRESSED.has(syntax))
    throw new Error(`DICOM transfer syntax ${syntax} is not supported: decompress it`);
  const number = (tag: string, otherwise: number, what: string) => {
    const value = file.floatString(tag) ?? otherwise;
    if (!Number.isFinite(value))
      throw new Error(`its ${what} is ${JSON.stringify(file.string(tag))}, expected a number`);
    return value;
  };
  const frames = file.intString('x00280008') ?? 1;
  if (frames !== 1) throw new Error(`DICOM of ${frames} frames, expected one: take them apart`);
  const [height, width] = [file.uint16('x00280010') ?? 0, file.uint16('x00280011') ?? 0];
  checkPixels(width, height, limits);
  const photometric = file.string('x00280004')?.trim();
  const inverted = photometric === 'MONOCHROME1';
  if (!inverted && photometric !== 'MONOCHROME2')
    throw new Error(`DICOM of ${photometric}, expected MONOCHROME1 or 2`);
  const bits = file.uint16('x00280100') ?? 0;
  if (bits !== 8 && bits !== 16) throw new Error(`DICOM of ${bits} bits per pixel, expected 8 or 16`);
  const pixels = file.elements.x7fe00010;
  if (!pixels || pixels.length < (width * height * bits) / 8) throw new Error('DICOM without all its pixels');

  const view = new DataView(bytes.buffer, bytes.byteOffset + pixels.dataOffset, pixels.length);
  const stored = (file.uint16('x00280101') ?? bits) as number;
  const signed = file.uint16('x00280103') === 1;
  const [slope, intercept] = [
    number('x00281053', 1, 'rescale slope'),
    number('x00281052', 0, 'rescale intercept'),
  ];
  const data = new Float32Array(width * height);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < data.length; i++) {
    // Bits above those stored may hold overlays; the sign is that of the highest stored bit.
    const unused = 32 - stored;
    const word = (bits === 8 ? view.getUint8(i) : view.getUint16(2 * i, true)) << unused;
    const value = (signed ? word >> unused : word >>> unused) * slope + intercept;
    data[i] = value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const [centre, width_] = [file.floatString('x00281050'), file.floatString('x00281051')];
  for (const [name, value] of Object.entries({ centre, width: width_ }))
    if (value !== undefined && !Number.isFinite(value)) throw new Error(`its window ${name} is no number`);
  if (centre !== undefined && width_ !== undefined && width_ > 1) {
    // DICOM PS3.3 C.11.2.1.2.1: the linear window runs from c - 0.5 - (w - 1) / 2 to c - 0.5 + (w - 1) / 2.
    [low, high] = [centre - 0.5 - (width_ - 1) / 2, centre - 0.5 + (width_ - 1) / 2];
  }
  const range = inverted ? ([high, low] as const) : ([low, high] as const);
  return { data, width, height, channels: 1, range, ...placeOf(file) };
}

/** dicom-parser throws texts and objects too. */
function parsed(bytes: Buffer): dicomParser.DataSet {
  try {
    return dicomParser.parseDicom(bytes);
  } catch (cause) {
    const { exception } = (cause ?? {}) as { exception?: unknown };
    throw new Error(`not a whole DICOM file (${messageOf(exception ?? cause)})`, { cause });
  }
}

/**
 * Where its pixels lie: PS3.3 C.7.6.2.1.1, turned from DICOM's left and back to the right and front of `Image.affine`.
 */
function placeOf(file: dicomParser.DataSet): Pick<Raster, 'affine' | 'spacing'> {
  const numbers = (tag: string, count: number) => {
    const found = (file.string(tag) ?? '').split('\\').map(Number);
    return found.length === count && found.every(Number.isFinite) ? found : undefined;
  };
  // Between rows first, as DICOM has it.
  const [down, across] = numbers('x00280030', 2) ?? [];
  if (!across || !down) return {};
  const through = numbers('x00180050', 1)?.[0] || 1;
  const [position, turn] = [numbers('x00200032', 3), numbers('x00200037', 6)];
  if (!position || !turn) return { spacing: [across, down, through] };
  const [row, column] = [turn.slice(0, 3), turn.slice(3)];
  const normal = [0, 1, 2].map((i) => {
    const [j, k] = [(i + 1) % 3, (i + 2) % 3];
    return row[j]! * column[k]! - row[k]! * column[j]!;
  });
  const rows = [-1, -1, 1].map((sign, i) =>
    [row[i]! * across, column[i]! * down, normal[i]! * through, position[i]!].map((value) => sign * value),
  );
  return { affine: [...rows.flat(), 0, 0, 0, 1], spacing: [across, down, through] };
}
