import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { checkObject } from '@diff/checks';
import { affineOfSteps, turnedLps } from '../images/lps.js';
import type { Raster, RasterLimits } from '../images/raster.js';
import { checkPlane, type Extent } from '../images/sized.js';
import { inflateStart } from './inflate.js';
import { littleEndian, SAMPLES, type SampleType } from './samples.js';
import { fromText } from './text-voxels.js';
import { readVoxels } from './voxels.js';

const deflate = promisify(gzip);

/** The most bytes of a header. */
const HEADER = 2 ** 20;

/** The names of NRRD's types. */
const NAMES: Readonly<Record<SampleType, readonly string[]>> = {
  int8: ['signed char', 'int8', 'int8_t'],
  uint8: ['uchar', 'unsigned char', 'uint8', 'uint8_t'],
  int16: ['short', 'short int', 'signed short', 'signed short int', 'int16', 'int16_t'],
  uint16: ['ushort', 'unsigned short', 'unsigned short int', 'uint16', 'uint16_t'],
  int32: ['int', 'signed int', 'int32', 'int32_t'],
  uint32: ['uint', 'unsigned int', 'uint32', 'uint32_t'],
  int64: [
    'longlong',
    'long long',
    'long long int',
    'signed long long',
    'signed long long int',
    'int64',
    'int64_t',
  ],
  uint64: ['ulonglong', 'unsigned long long', 'unsigned long long int', 'uint64', 'uint64_t'],
  float32: ['float'],
  float64: ['double'],
};

/** What turns each of its spaces into left, back, up; others say nothing of the patient. */
const SPACES: Readonly<Record<string, readonly [number, number]>> = {
  'left-posterior-superior': [1, 1],
  lps: [1, 1],
  'right-anterior-superior': [-1, -1],
  ras: [-1, -1],
  'left-anterior-superior': [1, -1],
  las: [1, -1],
};

/**
 * A NRRD file (`.nrrd`, or `.nhdr` with its voxels in another file): raw, gzip or text encoding, samples of 8 to 64 bits, its
 * space directions and origin as affine. A plane, a slice, or with `volume` all of it.
 *
 * Source: teem.sourceforge.net/nrrd/format.html.
 *
 * @param beside Reads the file that the header names.
 * @throws Error where the header lacks something, or asks for what is not read: axes beyond space, several data files,
 * bzip2 and hex encoding.
 */
export async function readNrrd(
  file: Buffer,
  limits: RasterLimits,
  beside: (name: string) => Promise<Buffer>,
): Promise<Raster> {
  const { fields, end } = headerOf(file);
  const needed = (name: string) => {
    const value = fields.get(name);
    if (value === undefined) throw new Error(`its header has no "${name}"`);
    return value;
  };
  const type = typeOf(needed('type'));
  const sizes = needed('sizes').split(/\s+/).map(Number);
  if (sizes.length !== Number(needed('dimension')))
    throw new Error(`it has ${fields.get('dimension')} dimensions and the sizes ${sizes.join(', ')}`);
  const encoding = needed('encoding').toLowerCase();
  const isText = /^(?:text|txt|ascii)$/.test(encoding);
  const isZipped = /^(?:gzip|gz)$/.test(encoding);
  if (!isText && !isZipped && encoding !== 'raw')
    throw new Error(`encoding ${encoding}, expected raw, gzip or text`);
  const endian = fields.get('endian') ?? (isText || SAMPLES[type].bytes === 1 ? 'little' : needed('endian'));
  if (endian !== 'little' && endian !== 'big') throw new Error(`endian is ${endian}, expected little or big`);

  const name = fields.get('data file') ?? fields.get('datafile');
  if (name !== undefined && (/^LIST\b/.test(name) || /%/.test(name)))
    throw new Error('its voxels lie in several files, expected one');
  const whole = name === undefined ? file.subarray(end) : await beside(name);
  const skipped = whole.subarray(afterLines(whole, wholeNumber(fields, 'line skip', 0)));
  const skip = wholeNumber(fields, 'byte skip', -1);
  if (skip < 0 && encoding !== 'raw') throw new Error('byte skip −1 goes with the raw encoding alone');
  const bytesOfAll = sizes.reduce((product, size) => product * size, SAMPLES[type].bytes);
  const offset = skip < 0 ? skipped.length - bytesOfAll : skip;
  if (offset < 0) throw new Error(`truncated: ${skipped.length} bytes, expected ${bytesOfAll}`);
  const header = { sizes, type, little: endian === 'little', ...placeOf(fields, sizes.length) };
  if (isText) return fromText(skipped.toString('latin1', offset), header, limits);
  return readVoxels({ ...header, offset }, limits, async (length) =>
    isZipped ? inflateStart(skipped, length) : skipped.subarray(0, length),
  );
}

/** Its fields in lower case, and where they end: at an empty line, or with the file. */
function headerOf(file: Buffer): { fields: Map<string, string>; end: number } {
  if (!/^NRRD000\d\r?\n/.test(file.toString('latin1', 0, 10))) throw new Error('not a NRRD file');
  const text = file.toString('utf8', 0, Math.min(file.length, HEADER));
  const start = file.toString('latin1', 0, Math.min(file.length, HEADER));
  const blank = /\r?\n\r?\n/.exec(start);
  if (!blank && file.length > HEADER) throw new Error(`a header of more than ${HEADER} bytes`);
  const end = blank ? blank.index + blank[0].length : file.length;
  const fields = new Map<string, string>();
  for (const line of text
    .slice(0, blank ? text.search(/\r?\n\r?\n/) : undefined)
    .split(/\r?\n/)
    .slice(1)) {
    const [, name, value] = /^([^:#][^:]*): (.*)$/.exec(line) ?? [];
    if (name !== undefined) fields.set(name.toLowerCase(), value!.trim());
  }
  return { fields, end };
}

function typeOf(name: string): SampleType {
  const found = (Object.keys(NAMES) as SampleType[]).find((type) =>
    NAMES[type].includes(name.toLowerCase().replace(/\s+/g, ' ')),
  );
  if (!found) throw new Error(`samples of the type ${name}, expected numbers`);
  return found;
}

function wholeNumber(fields: Map<string, string>, name: string, least: number): number {
  const value = Number(fields.get(name) ?? fields.get(name.replace(' ', '')) ?? 0);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`${name} is ${value}, expected an integer from ${least} up`);
  return value;
}

function afterLines(bytes: Buffer, lines: number): number {
  let at = 0;
  for (let k = 0; k < lines; k++) {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw new Error(`it has fewer than the ${lines} lines to skip`);
    at = end + 1;
  }
  return at;
}

const vectors = (text: string) =>
  [...text.matchAll(/none|\(([^)]*)\)/gi)].map(([, inner]) => inner?.split(',').map(Number));

function placeOf(fields: Map<string, string>, axes: number): Pick<Raster, 'affine' | 'spacing'> {
  const directions = fields.get('space directions');
  const kinds = fields.get('kinds')?.toLowerCase().split(/\s+/) ?? [];
  const strange = kinds.findIndex((kind) => !/^(?:domain|space|\?+|none)$/.test(kind));
  if (strange >= 0)
    throw new Error(`axis ${strange} is of the kind ${kinds[strange]}, expected axes in space alone`);
  const steps = directions === undefined ? [] : vectors(directions);
  if (steps.some((step) => step === undefined))
    throw new Error(
      `axis ${(steps as unknown[]).indexOf(undefined)} has no direction in space, expected axes in space alone`,
    );
  if (directions !== undefined && (steps.length !== axes || !steps.flat().every(Number.isFinite)))
    throw new Error(`its space directions are ${directions}, expected ${axes} vectors`);
  const known = steps as number[][];
  const space = SPACES[fields.get('space')?.toLowerCase() ?? ''];
  const [origin = known[0]?.map(() => 0)] = vectors(fields.get('space origin') ?? '');
  if (known.length && (!space || known.some((step) => step.length !== 3) || known.length > 3))
    return { spacing: known.map((step) => Math.hypot(...step)) };
  if (known.length) {
    if (origin?.length !== 3 || !origin.every(Number.isFinite))
      throw new Error(`its space origin is ${fields.get('space origin')}, expected three numbers`);
    const turned = (vector: readonly number[]) => vector.map((value, i) => value * (space![i as 0 | 1] ?? 1));
    return { affine: turnedLps(affineOfSteps(known.map(turned), turned(origin))) };
  }
  const spacing = fields.get('spacings')?.split(/\s+/).map(Number);
  return spacing?.every((size) => size > 0 && size < Infinity) ? { spacing } : {};
}

/**
 * Values of a plane or of a volume as the bytes of a `.nrrd` file, gzipped: bytes or 32-bit floats, which come back exactly,
 * as do the affine (in left-posterior-superior) and the spacing.
 *
 * @throws RangeError where there are another number of values, or values, affine or spacing that are not finite.
 */
export async function encodeNrrd(given: Uint8Array | Float32Array, extent: Extent): Promise<Uint8Array> {
  checkObject('encodeNrrd', 'extent', extent);
  checkPlane('encodeNrrd', given, { ...extent, channels: 1 });
  const values =
    given instanceof Uint8Array || given instanceof Float32Array ? given : Float32Array.from(given);
  const { width, height, depth = 1, affine, spacing } = extent;
  const sizes = depth > 1 || affine ? [width, height, depth] : [width, height];
  const lps = affine && turnedLps(affine);
  const column = (k: number) => `(${[0, 4, 8].map((row) => lps![row + k]).join(',')})`;
  const lines = [
    'NRRD0004',
    `type: ${values instanceof Float32Array ? 'float' : 'uint8'}`,
    `dimension: ${sizes.length}`,
    ...(lps ? ['space: left-posterior-superior'] : []),
    `sizes: ${sizes.join(' ')}`,
    ...(lps ? [`space directions: ${[0, 1, 2].map(column).join(' ')}`] : []),
    ...(spacing && !lps ? [`spacings: ${sizes.map((_, axis) => spacing[axis] ?? 1).join(' ')}`] : []),
    `kinds: ${sizes.map(() => 'domain').join(' ')}`,
    'endian: little',
    'encoding: gzip',
    ...(lps ? [`space origin: ${column(3)}`] : []),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\n')}\n\n`), await deflate(littleEndian(values))]);
}
