import sharp from 'sharp';
import type { Image } from '../dataset/case.js';
import type { Raster, RasterLimits } from '../images/raster.js';

export interface PictureOptions extends RasterLimits {
  /**
   * Wants one channel, as of a mask. Faster than to look what the file has; where red, green and blue are the same, the
   * grey is exactly that.
   */
  grey?: boolean;
}

/** A PNG, JPEG, TIFF or GIF file, decoded by sharp. */
export async function readPicture(file: string, { pixelLimit, grey }: PictureOptions): Promise<Raster> {
  // sharp reads and decodes on libuv's threads, and checks the header against the limit before it decodes.
  const picture = sharp(file, { limitInputPixels: pixelLimit, failOn: 'error' });
  const single = grey || (await picture.metadata()).channels === 1;
  const raw = single ? picture.toColourspace('b-w').raw() : picture.raw();
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels, range: [0, 255] };
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
