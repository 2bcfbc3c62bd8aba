import { promisify } from 'node:util';
import { deflate as zlib } from 'node:zlib';
import { checkObject } from '@diff/checks';
import { spacingOf } from '../images/affine.js';
import { affineOfSteps, turnedLps } from '../images/lps.js';
import type { Raster, RasterLimits } from '../images/raster.js';
import { checkPlane, type Extent } from '../images/sized.js';
import { inflateStart } from './inflate.js';
import { littleEndian, SAMPLES, type SampleType } from './samples.js';
import { fromText } from './text-voxels.js';
import { readVoxels } from './voxels.js';

const deflate = promisify(zlib);

/** The most bytes of a header. */
const HEADER = 2 ** 16;

const TYPES: Readonly<Record<string, SampleType>> = {
  MET_CHAR: 'int8',
  MET_UCHAR: 'uint8',
  MET_SHORT: 'int16',
  MET_USHORT: 'uint16',
  MET_INT: 'int32',
  MET_UINT: 'uint32',
  MET_LONG_LONG: 'int64',
  MET_ULONG_LONG: 'uint64',
  MET_FLOAT: 'float32',
  MET_DOUBLE: 'float64',
};

/**
 * A MetaImage file (`.mha`, or `.mhd` with its voxels in another file), compressed or not, with `TransformMatrix`, `Offset`
 * and `ElementSpacing` as affine, as ITK takes them. A plane, a slice, or with `volume` all of it.
 *
 * @param beside Reads the file that the header names.
 * @throws Error where the header lacks something, or asks for what is not read: several channels or files.
 */
export async function readMetaImage(
  file: Buffer,
  limits: RasterLimits,
  beside: (name: string) => Promise<Buffer>,
): Promise<Raster> {
  const { fields, end } = headerOf(file);
  const needed = (...names: string[]) => {
    const found = names.find((name) => fields.has(name));
    if (found === undefined) throw new Error(`its header has no ${names[0]}`);
    return fields.get(found)!;
  };
  const isSet = (...names: string[]) => names.some((name) => /^(?:true|1)$/i.test(fields.get(name) ?? ''));
  const sizes = numbers(needed('DimSize'));
  if (sizes.length !== Number(needed('NDims')))
    throw new Error(`it has ${fields.get('NDims')} dimensions and the sizes ${sizes.join(', ')}`);
  const channels = Number(fields.get('ElementNumberOfChannels') ?? 1);
  if (channels !== 1) throw new Error(`it has ${channels} channels, expected one`);
  const type = TYPES[needed('ElementType')];
  if (!type) throw new Error(`samples of the type ${fields.get('ElementType')}, expected numbers`);
  const name = needed('ElementDataFile');
  if (/^LIST\b|%/.test(name)) throw new Error('its voxels lie in several files, expected one');
  const bytes = /^LOCAL$/i.test(name) ? file.subarray(end) : await beside(name);
  const header = {
    ...{ sizes, type },
    little: !isSet('BinaryDataByteOrderMSB', 'ElementByteOrderMSB'),
    ...placeOf(fields, sizes.length),
  };
  if (fields.has('BinaryData') && !isSet('BinaryData'))
    return fromText(bytes.toString('latin1'), header, limits);
  const isPacked = isSet('CompressedData');
  const skip = Number(fields.get('HeaderSize') ?? 0);
  const all = sizes.reduce((product, size) => product * size, SAMPLES[type].bytes);
  const offset = skip === -1 && !isPacked ? bytes.length - all : skip;
  if (!(Number.isInteger(offset) && offset >= 0))
    throw new Error(`its voxels begin at byte ${offset}, expected an integer of at least 0`);
  return readVoxels({ ...header, offset }, limits, async (length) =>
    isPacked ? inflateStart(bytes, length) : bytes.subarray(0, length),
  );
}

const numbers = (text: string) => text.trim().split(/\s+/).map(Number);

function headerOf(file: Buffer): { fields: Map<string, string>; end: number } {
  const text = file.toString('latin1', 0, Math.min(file.length, HEADER));
  const fields = new Map<string, string>();
  const line = /([^=\r\n]*)=([^\r\n]*)(?:\r?\n|$)/y;
  for (let found = line.exec(text); found; found = line.exec(text)) {
    const name = found[1]!.trim();
    fields.set(name, found[2]!.trim());
    if (name === 'ElementDataFile') return { fields, end: line.lastIndex };
  }
  throw new Error('not a MetaImage file, whose header ends with ElementDataFile');
}

function placeOf(fields: Map<string, string>, axes: number): Pick<Raster, 'affine' | 'spacing'> {
  const given = (wanted: number, ...names: string[]) => {
    const name = names.find((one) => fields.has(one));
    if (name === undefined) return undefined;
    const found = numbers(fields.get(name)!);
    if (found.length !== wanted || !found.every(Number.isFinite))
      throw new Error(`its ${name} is ${fields.get(name)}, expected ${wanted} numbers`);
    return found;
  };
  const spacing = given(axes, 'ElementSpacing', 'ElementSize');
  const turn = given(axes * axes, 'TransformMatrix', 'Rotation', 'Orientation');
  const origin = given(axes, 'Offset', 'Position', 'Origin');
  if (axes !== 3 || (!turn && !origin)) return spacing ? { spacing: spacing.map(Math.abs) } : {};
  const along = (axis: number) =>
    [0, 1, 2].map((i) => (turn?.[3 * axis + i] ?? Number(i === axis)) * (spacing?.[axis] ?? 1));
  return { affine: turnedLps(affineOfSteps([0, 1, 2].map(along), origin ?? [0, 0, 0])) };
}

/**
 * Values of a plane or of a volume as the bytes of a `.mha` file, compressed: bytes or 32-bit floats, which come back exactly,
 * as does the spacing; the affine comes back to the rounding of 64 bits, since the format keeps directions apart from
 * spacing.
 *
 * @throws RangeError where there are another number of values, or values, affine or spacing that are not finite.
 */
export async function encodeMetaImage(given: Uint8Array | Float32Array, extent: Extent): Promise<Uint8Array> {
  checkObject('encodeMetaImage', 'extent', extent);
  checkPlane('encodeMetaImage', given, { ...extent, channels: 1 });
  const values =
    given instanceof Uint8Array || given instanceof Float32Array ? given : Float32Array.from(given);
  const { width, height, depth = 1, affine } = extent;
  const sizes = depth > 1 || affine ? [width, height, depth] : [width, height];
  const spacing = affine ? spacingOf(affine) : extent.spacing;
  const lps = affine && turnedLps(affine);
  const directions = [0, 1, 2].flatMap((axis) =>
    [0, 4, 8].map((row) => lps && lps[row + axis]! / spacing![axis]!),
  );
  const packed = await deflate(littleEndian(values));
  const lines = [
    'ObjectType = Image',
    `NDims = ${sizes.length}`,
    'BinaryData = True',
    'BinaryDataByteOrderMSB = False',
    'CompressedData = True',
    `CompressedDataSize = ${packed.length}`,
    ...(lps ? [`TransformMatrix = ${directions.join(' ')}`, `Offset = ${lps[3]} ${lps[7]} ${lps[11]}`] : []),
    ...(spacing ? [`ElementSpacing = ${sizes.map((_, axis) => spacing[axis] ?? 1).join(' ')}`] : []),
    `DimSize = ${sizes.join(' ')}`,
    `ElementType = ${values instanceof Float32Array ? 'MET_FLOAT' : 'MET_UCHAR'}`,
    'ElementDataFile = LOCAL',
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), packed]);
}
