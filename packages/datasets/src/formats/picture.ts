import sharp from 'sharp';
import type { Image } from '../dataset/case.js';
import { checkOneHue } from '../images/one-hue.js';
import {
  checkPixels,
  chosenSlice,
  type Raster,
  type RasterLimits,
  rangeOf,
  VOXEL_LIMIT,
} from '../images/raster.js';
import { readPaletteIndices } from './png-palette.js';
import { described, pagesOf } from './tiff-pages.js';
import { type BaredSamples, samplesFrom, withSamplesBared } from './tiff-samples.js';

export interface PictureOptions extends RasterLimits {
  /**
   * Wants one channel, as of a mask. Where red, green and blue are the same, the grey is exactly that; of a palette of
   * colours it is the index; and a transparency that carries the mask is the mask.
   */
  grey?: boolean;
  /** With `grey`, of a mask: colours of several hues are refused, in files that keep colours exactly. */
  oneHue?: boolean;
}

/** What the formats that are read begin with. Whatever else libvips knows (SVG, PDF, …) is not let near it. */
const MAGIC: Record<string, RegExp> = {
  png: /^89504e470d0a1a0a/,
  jpeg: /^ffd8ff/,
  tiff: /^(?:49492a00|4d4d002a|49492b00|4d4d002b)/,
  gif: /^47494638/,
};

/**
 * A PNG, JPEG, TIFF or GIF file, decoded by sharp: in 8 or 16 bits or as floats, as its samples are; turned as its EXIF
 * orientation says. Of several pages `slice` says which, or `volume` takes those of a TIFF in one piece. What a TIFF says
 * of the spacing is kept.
 */
export async function readPicture(file: Buffer, options: PictureOptions): Promise<Raster> {
  const start = file.toString('hex', 0, 8);
  const format = Object.keys(MAGIC).find((name) => MAGIC[name]!.test(start));
  if (!format) throw new Error('not a PNG, JPEG, TIFF or GIF file, whatever its name says');
  const bared = format === 'tiff' ? withSamplesBared(file) : undefined;
  const bytes = bared?.bytes ?? file;
  // A double is two integers beside each other.
  const across = bared?.samples === 'float64' ? 2 : 1;
  // sharp decodes on libuv's threads, and checks the header against the limit before it decodes.
  const open = { limitInputPixels: across * options.pixelLimit, failOn: 'error' as const };
  const about = { ...(await sharp(bytes, open).metadata()), bared };
  checkPixels(about.width / across, about.height, options);
  const count = about.pages ?? 1;
  const { pages, spacing } = (format === 'tiff' && pagesOf(bytes)) || {};
  const told = spacing && { spacing };
  const turned = (about.orientation ?? 1) > 1;
  if (turned && across > 1)
    throw new Error('64-bit floats with an EXIF orientation: save it as it is to be seen');
  if (options.volume && count > 1 && format === 'tiff') {
    if (turned) throw new Error('pages with an EXIF orientation, expected a volume as it lies');
    if (pages && pages.channels * pages.times > 1)
      throw new Error(
        `it has ${count} ${described(pages)}, expected a volume: the option slice takes one page`,
      );
    const all = { pixelLimit: options.voxelLimit ?? VOXEL_LIMIT };
    checkPixels(about.width / across, about.height * count, all);
    const stack = sharp(bytes, { ...open, limitInputPixels: across * all.pixelLimit, pages: -1 });
    const { height, ...rest } = await decoded(stack, about, options, false);
    return { ...rest, height: height / count, depth: count, ...told };
  }
  const page = chosenSlice(count, options, pages ? described(pages) : 'pages');
  if (options.grey && about.isPalette && format === 'png' && !turned) {
    const indexed = readPaletteIndices(bytes);
    if (indexed) return indexed;
  }
  const made = sharp(bytes, { ...open, ...(page > 0 && { page }) });
  const raster = await decoded(turned ? made.autoOrient() : made, about, options, format === 'jpeg');
  // From 5 on, an orientation has rows for columns.
  return {
    ...raster,
    ...((about.orientation ?? 1) < 5 ? told : spacing && { spacing: [...spacing].reverse() }),
  };
}

async function decoded(
  picture: sharp.Sharp,
  about: sharp.Metadata & { bared?: BaredSamples | undefined },
  { grey = false, oneHue = false, nan }: PictureOptions,
  isJpeg: boolean,
): Promise<Raster> {
  const single = grey || about.channels === 1;
  const lossy: { lossy?: true } =
    isJpeg || (about.compression as string | undefined) === 'jpeg' ? { lossy: true } : {};
  const { bared } = about;
  const known = about.depth === 'uchar' || about.depth === 'ushort';
  const depth = known ? about.depth : bared ? 'uint' : 'float';
  if (!known && about.channels !== 1)
    throw new Error(`${about.channels} channels of ${about.depth}s, expected one or integers`);
  const space = single ? (depth === 'ushort' ? 'grey16' : 'b-w') : depth === 'ushort' ? 'rgb16' : 'srgb';
  const valuesIn = (bytes: Buffer) => {
    if (bared) return samplesFrom(bytes, bared);
    const { buffer, byteOffset, length } = bytes;
    if (depth === 'uchar') return bytes;
    if (depth === 'ushort') return Float32Array.from(new Uint16Array(buffer, byteOffset, length / 2));
    return new Float32Array(buffer, byteOffset, length / 4).slice();
  };
  if (grey && oneHue && known && about.channels >= 3 && !lossy.lossy) {
    const coloured = picture
      .clone()
      .toColourspace(depth === 'ushort' ? 'rgb16' : 'srgb')
      .raw({ depth });
    const { data, info } = await coloured.toBuffer({ resolveWithObject: true });
    checkOneHue({ data: valuesIn(data), channels: info.channels });
  }
  // Asked for one channel, sharp gives the colour alone.
  const alpha =
    grey && about.hasAlpha
      ? await picture.clone().extractChannel('alpha').raw({ depth }).toBuffer()
      : undefined;
  const { data, info } = await picture
    .toColourspace(space)
    .raw({ depth })
    .toBuffer({ resolveWithObject: true });
  const values = valuesIn(data);
  if (nan === 'outside' && values instanceof Float32Array)
    for (const [i, value] of values.entries()) if (Number.isNaN(value)) values[i] = 0;
  const { height, channels } = info;
  const width = values.length / (height * channels);
  const white = !bared && known ? { uchar: 255, ushort: 65535 }[depth as 'uchar' | 'ushort'] : undefined;
  const range = white === undefined ? rangeOf(values) : ([0, white] as const);
  const raster = { data: values, width, height, channels, range, white, ...lossy };
  return alpha ? withAlpha(raster, valuesIn(alpha)) : raster;
}

/** The mask of a picture with transparency: its colour where all is opaque, its alpha where the colour says nothing. */
function withAlpha(raster: Raster, alpha: Raster['data']): Raster {
  const colour = raster.data.filter((_, i) => i % raster.channels === 0);
  const constant = (values: Raster['data']) => values.every((value) => value === values[0]);
  const same = colour.every((value, i) => value > 0 === alpha[i]! > 0);
  if (!constant(alpha) && !constant(colour) && !same)
    throw new Error(
      'both its colours and its transparency vary, and they differ: save the mask without an alpha channel',
    );
  return { ...raster, data: constant(colour) && !constant(alpha) ? alpha : colour, channels: 1 };
}

/** An image of 8 bits on its way to an encoder. */
export function picture(image: Image) {
  const { width, height, channels } = image;
  const raw = { width, height, channels: channels as 1 | 3 };
  const made = sharp(bytesOf(image), { raw });
  return channels === 1 ? made.toColourspace('b-w') : made;
}

function bytesOf({ data }: Image): Uint8Array {
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) bytes[i] = Math.round(255 * Math.min(1, Math.max(0, data[i]!)));
  return bytes;
}
