import { checkOneOf, checkOptions, fail } from '@diff/checks';
import type { Image } from '../dataset/case.js';
import { checkPixels, type Raster, type RasterLimits } from '../images/raster.js';
import { checkPlane } from '../images/sized.js';

/**
 * A PGM or PPM file, text (P2, P3) or binary (P5, P6), of levels up to 65535. Source: netpbm.sourceforge.net/doc/pgm.html.
 *
 * @throws Error where it is truncated, has a level above its maximum, or holds more than one picture.
 */
export async function readPnm(bytes: Buffer, limits: RasterLimits): Promise<Raster> {
  const head = /^P([2356])((?:\s|#[^\n]*\n)+)(\d+)((?:\s|#[^\n]*\n)+)(\d+)((?:\s|#[^\n]*\n)+)(\d+)\s/.exec(
    bytes.toString('latin1', 0, 4096),
  );
  if (!head) throw new Error('not a PGM or PPM file');
  const [kind, width, height, most] = [1, 3, 5, 7].map((i) => Number(head[i])) as [
    number,
    number,
    number,
    number,
  ];
  checkPixels(width, height, limits);
  if (!(most >= 1 && most <= 65535)) throw new Error(`its maximum is ${most}, expected 1 to 65535`);
  const channels = kind % 3 === 0 ? 3 : 1;
  const count = width * height * channels;
  const data = most > 255 ? new Float32Array(count) : new Uint8Array(count);
  const body = bytes.subarray(head[0].length);
  if (kind > 3) binary(body, data, most > 255);
  else text(body, data);
  const above = data.findIndex((level) => level > most);
  if (above >= 0) throw new Error(`level ${above} is ${data[above]} of ${most}`);
  const white = most === 255 || most === 65535 ? most : undefined;
  return { data, width, height, channels, range: [0, most], white };
}

function binary(body: Buffer, data: Float32Array | Uint8Array, wide: boolean): void {
  const length = data.length * (wide ? 2 : 1);
  if (body.length < length) throw new Error(`truncated: ${body.length} bytes, expected ${length}`);
  if (body.subarray(length).some((byte) => byte > 32)) throw new Error('it holds more than one picture');
  for (let i = 0; i < data.length; i++) data[i] = wide ? body.readUInt16BE(2 * i) : body[i]!;
}

function text(body: Buffer, data: Float32Array | Uint8Array): void {
  const words = body
    .toString('latin1')
    .replace(/#[^\n]*/g, '')
    .split(/\s+/)
    .filter(Boolean);
  if (words.length !== data.length) throw new Error(`it has ${words.length} levels, expected ${data.length}`);
  words.forEach((word, i) => {
    if (!/^\d{1,5}$/.test(word)) throw new Error(`level ${i} is "${word}", expected a whole number`);
    data[i] = Number(word);
    // A byte would wrap around.
    if (data[i] !== Number(word)) throw new Error(`level ${i} is ${word}, beyond its maximum`);
  });
}

/**
 * An image as the bytes of a binary PGM (grey) or PPM (colour) file. Levels are rounded to the nearest of 2⁸ or 2¹⁶ steps
 * from 0 to 1.
 *
 * @throws RangeError where the data do not fill the image, or `bits` is neither 8 nor 16.
 */
export function encodePnm(image: Image, options: { bits?: 8 | 16 } = {}): Buffer {
  checkPlane('encodePnm', image?.data, image);
  checkOptions('encodePnm', options, ['bits']);
  const { bits = 8 } = options;
  checkOneOf('encodePnm', 'bits', bits, [8, 16]);
  const { data, width, height, channels, depth = 1 } = image;
  checkOneOf('encodePnm', 'image.channels', channels, [1, 3]);
  if (depth > 1) fail('encodePnm', `image has ${depth} slices, expected one plane`);
  const most = 2 ** bits - 1;
  const head = Buffer.from(`P${channels === 1 ? 5 : 6}\n${width} ${height}\n${most}\n`);
  const body = Buffer.alloc((data.length * bits) / 8);
  data.forEach((level, i) => {
    const step = Math.round(most * Math.min(1, Math.max(0, level)));
    if (bits === 16) body.writeUInt16BE(step, 2 * i);
    else body[i] = step;
  });
  return Buffer.concat([head, body]);
}
