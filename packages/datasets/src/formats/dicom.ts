import dicomParser from 'dicom-parser';
import {
  checkPixels,
  chosenSlice,
  extremesOf,
  type Raster,
  type RasterLimits,
  VOXEL_LIMIT,
} from '../images/raster.js';
import { decoderOf, type FrameFormat } from './dicom-codecs.js';
import { DEFLATED, framesOf, itemsOf, numberOf, parseDicom } from './dicom-file.js';
import { type FramePlaces, framePlaces, sliceAffine, stacked } from './dicom-place.js';
import { readDicomSeg, SEGMENTATION } from './dicom-seg.js';
import { sourceOf } from './dicom-source.js';
import { readRtstruct, STRUCTURE_SET } from './rtstruct.js';

const [IMPLICIT, EXPLICIT, BIG_ENDIAN] = ['', '.1', '.2'].map((end) => `1.2.840.10008.1.2${end}`);

/**
 * A DICOM file: an image of 8 or 16 bits, grey or in colour, plain, deflated or compressed; one frame, the one that `slice`
 * takes, or with `volume` all of them in the order of their places. Grey values are scaled by rescale slope and intercept and
 * shown through the first window, or between their extremes where there is none. A segmentation gives its segments, a
 * structure set its contours on the grid of the image (`onto`).
 *
 * @throws Error where it is truncated, compressed in a way that is not supported, or needs a package that is not installed.
 */
export async function readDicom(bytes: Buffer, limits: RasterLimits): Promise<Raster> {
  const file = await parseDicom(bytes, limits);
  const kind = file.string('x00080016');
  if (kind === STRUCTURE_SET) return readRtstruct(file, limits);
  if (kind === SEGMENTATION) return readDicomSeg(file, limits);
  const format = formatOf(file);
  const { width, height, samples } = format;
  checkPixels(width, height, limits);
  const frames = framesOf(file, heldBy(file, format));
  const whole = limits.volume === true && frames > 1;
  if (whole) checkPixels(width, height * frames, { pixelLimit: limits.voxelLimit ?? VOXEL_LIMIT });
  const places = framePlaces(file, frames);
  const stack = whole ? stacked(places) : undefined;
  const order = whole ? (stack?.order ?? [...Array(frames).keys()]) : [chosenSlice(frames, limits, 'frames')];
  const { frameOf, lossy } = pixelsOf(file, format, frames);
  const source = sourceOf(file);
  const size = width * height * samples;
  const data = samples === 3 ? new Uint8Array(size * order.length) : new Float32Array(size * order.length);
  for (const [k, frame] of order.entries()) {
    const values = await frameOf(frame);
    if (samples === 3) data.set(values, k * size);
    else scaled(file, frame, values, format, data.subarray(k * size, (k + 1) * size) as Float32Array);
  }
  return {
    ...{ data, width, height, channels: samples },
    ...(whole && { depth: frames }),
    range: samples === 3 ? [0, 255] : rangeOf(file, data),
    ...(samples === 3 && { white: 255 }),
    ...(lossy && { lossy }),
    ...placeOf(places, places.positions[order[0]!], stack?.step),
    ...(source && {
      dicom: frames === 1 ? source : { ...source, frames: order.map((frame) => frame + 1) },
    }),
  };
}

function placeOf(
  places: FramePlaces,
  position: number[] | undefined,
  step = places.through,
): Pick<Raster, 'affine' | 'spacing'> {
  if (!places.spacing) return {};
  const affine = sliceAffine(places, position, step);
  return { ...(affine && { affine }), spacing: [...places.spacing, step] };
}

function formatOf(file: dicomParser.DataSet): FrameFormat & { stored: number; planar: boolean } {
  const [height, width] = [file.uint16('x00280010') ?? 0, file.uint16('x00280011') ?? 0];
  const samples = file.uint16('x00280002') ?? 1;
  const photometric = file.string('x00280004')?.trim() ?? 'nothing';
  const grey = /^MONOCHROME[12]$/.test(photometric);
  if (samples === 1 ? !grey : samples !== 3 || !/^(?:RGB|YBR_(?:FULL|FULL_422|RCT|ICT))$/.test(photometric))
    throw new Error(`DICOM of ${photometric}, expected MONOCHROME1 or 2, or colours without a palette`);
  const bits = file.uint16('x00280100') ?? 0;
  if ((bits !== 8 && bits !== 16) || (samples === 3 && bits !== 8))
    throw new Error(`DICOM of ${bits} bits per sample, expected 8 or 16, of colours 8`);
  const stored = file.uint16('x00280101') ?? bits;
  if (!(stored >= 1 && stored <= bits)) throw new Error(`DICOM that stores ${stored} bits in ${bits}`);
  const signed = file.uint16('x00280103') === 1;
  return { width, height, samples, bits, signed, stored, planar: file.uint16('x00280006') === 1 };
}

const syntaxOf = (file: dicomParser.DataSet) => file.string('x00020010') ?? IMPLICIT!;
const isPlain = (syntax: string) => [IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED].includes(syntax);
const lengthOf = ({ width, height, samples, bits }: FrameFormat) => (width * height * samples * bits) / 8;

/** How many frames the pixel data can hold: a compressed frame has a fragment or more. */
function heldBy(file: dicomParser.DataSet, format: FrameFormat): number {
  const pixels = file.elements.x7fe00010;
  if (isPlain(syntaxOf(file))) return Math.floor((pixels?.length ?? 0) / lengthOf(format));
  return pixels?.fragments?.length ?? 0;
}

/** Gets one frame's samples, little-endian. */
function pixelsOf(
  file: dicomParser.DataSet,
  format: FrameFormat & { planar: boolean },
  frames: number,
): { frameOf(frame: number): Promise<Uint8Array>; lossy?: true } {
  const syntax = syntaxOf(file);
  const pixels = file.elements.x7fe00010!;
  const { samples, bits, planar } = format;
  const length = lengthOf(format);
  if (isPlain(syntax)) {
    if (samples === 3 && file.string('x00280004')?.trim() !== 'RGB')
      throw new Error('DICOM of brightness and colour that is not compressed: convert it to RGB');
    return {
      async frameOf(frame) {
        const at = pixels.dataOffset + frame * length;
        const own = Uint8Array.from(file.byteArray.subarray(at, at + length));
        if (syntax === BIG_ENDIAN && bits === 16) Buffer.from(own.buffer).swap16();
        return planar && samples === 3 ? interleaved(own) : own;
      },
    };
  }
  const { decode, lossy } = decoderOf(syntax);
  return {
    ...(lossy && { lossy }),
    frameOf: async (frame) => decode(encodedFrame(file, pixels, frame, frames), format),
  };
}

/** The bytes of one compressed frame, which may be in several fragments. */
function encodedFrame(
  file: dicomParser.DataSet,
  pixels: dicomParser.Element,
  frame: number,
  frames: number,
): Uint8Array {
  const fragments = pixels.fragments!;
  const { readEncapsulatedImageFrame, readEncapsulatedPixelDataFromFragments } = dicomParser;
  if (frames === 1) return readEncapsulatedPixelDataFromFragments(file, pixels, 0, fragments.length);
  if (fragments.length === frames) return readEncapsulatedPixelDataFromFragments(file, pixels, frame, 1);
  const table = pixels.basicOffsetTable?.length
    ? pixels.basicOffsetTable
    : dicomParser.createJPEGBasicOffsetTable(file, pixels);
  if (table.length !== frames)
    throw new Error(
      `it has ${fragments.length} fragments and the starts of ${table.length} frames of ${frames}`,
    );
  return readEncapsulatedImageFrame(file, pixels, frame, table);
}

/** Samples plane by plane as samples pixel by pixel. */
function interleaved(planes: Uint8Array): Uint8Array {
  const count = planes.length / 3;
  return planes.map((_, i) => planes[(i % 3) * count + Math.floor(i / 3)]!);
}

/** Values of one frame: the bits stored, rescaled. */
function scaled(
  file: dicomParser.DataSet,
  frame: number,
  bytes: Uint8Array,
  { bits, signed, stored }: FrameFormat & { stored: number },
  result: Float32Array,
): void {
  const groups = [itemsOf(file, 'x52009230')[frame], itemsOf(file, 'x52009229')[0]];
  const rescale = groups.map((group) => itemsOf(group, 'x00289145')[0]).find(Boolean) ?? file;
  const slope = numberOf(rescale, 'x00281053', 1, 'rescale slope');
  const intercept = numberOf(rescale, 'x00281052', 0, 'rescale intercept');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // Bits above those stored may hold overlays; the sign is that of the highest stored bit.
  const unused = 32 - stored;
  for (let i = 0; i < result.length; i++) {
    const word = (bits === 8 ? view.getUint8(i) : view.getUint16(2 * i, true)) << unused;
    result[i] = (signed ? word >> unused : word >>> unused) * slope + intercept;
  }
}

function rangeOf(file: dicomParser.DataSet, data: Float32Array | Uint8Array): readonly [number, number] {
  let [low, high] = extremesOf(data);
  const [centre, width] = [file.floatString('x00281050'), file.floatString('x00281051')];
  for (const [name, value] of Object.entries({ centre, width }))
    if (value !== undefined && !Number.isFinite(value)) throw new Error(`its window ${name} is no number`);
  if (centre !== undefined && width !== undefined && width > 1)
    // DICOM PS3.3 C.11.2.1.2.1: the linear window runs from c - 0.5 - (w - 1) / 2 to c - 0.5 + (w - 1) / 2.
    [low, high] = [centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2];
  return file.string('x00280004')?.trim() === 'MONOCHROME1' ? [high, low] : [low, high];
}
