import sharp from 'sharp';
import type { Image, Mask } from '../case.js';

/** An image as 8-bit PNG: lossless, and exact where its values are whole 255ths. */
export function png(image: Image): Promise<Uint8Array> {
  return picture(image).png({ compressionLevel: 6 }).toBuffer();
}

/** As JPEG at quality 95 without chroma subsampling: near, not exact. */
export function jpeg(image: Image): Promise<Uint8Array> {
  return picture(image).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
}

/** As TIFF, LZW-compressed: lossless. */
export function tiff(image: Image): Promise<Uint8Array> {
  return picture(image).tiff({ compression: 'lzw' }).toBuffer();
}

/** A mask as grey PNG: 0 outside, 255 inside, degrees between in steps of 1/255. */
export function maskPng(mask: Mask, { width, height }: Image): Promise<Uint8Array> {
  return greyPng(mask.map((value) => Math.round(255 * value)) as Mask, { width, height });
}

/** Bytes as grey PNG. */
export function greyPng(grey: ArrayLike<number>, { width, height }: { width: number; height: number }) {
  return sharp(Uint8Array.from(grey), { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 6 })
    .toBuffer();
}

export function bytesOf({ data }: Image): Uint8Array {
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) bytes[i] = Math.round(255 * Math.min(1, Math.max(0, data[i]!)));
  return bytes;
}

function picture(image: Image) {
  const { width, height, channels } = image;
  const raw = { width, height, channels: channels as 1 | 3 };
  const made = sharp(bytesOf(image), { raw });
  return channels === 1 ? made.toColourspace('b-w') : made;
}

/** The image in one channel: as it is, or its luma (0.299 R + 0.587 G + 0.114 B). */
export function grey(image: Image): Image {
  if (image.channels === 1) return image;
  const data = new Float32Array(image.width * image.height);
  for (let i = 0; i < data.length; i++) {
    const [r, g, b] = image.data.subarray(3 * i, 3 * i + 3);
    data[i] = 0.299 * r! + 0.587 * g! + 0.114 * b!;
  }
  return { ...image, data, channels: 1 };
}
