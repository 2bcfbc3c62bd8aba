import sharp from 'sharp';
import type { Image } from './case.js';

/** An image as the bytes of a PNG file, 8 bits a channel. */
export function encodePng({ data, width, height, channels }: Image): Promise<Buffer> {
  const bytes = Uint8Array.from(data, (level) => Math.round(255 * Math.min(1, Math.max(0, level))));
  return sharp(bytes, { raw: { width, height, channels: channels as 1 | 3 } })
    .png()
    .toBuffer();
}
