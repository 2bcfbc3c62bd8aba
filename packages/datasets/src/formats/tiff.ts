import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { Image } from '../dataset/case.js';
import type { Size } from '../images/resample.js';
import { checkPlane } from '../images/sized.js';
import { picture } from './picture.js';

const compress = promisify(deflate);

/**
 * One plane of `height · width` values, row-major, as the bytes of a TIFF file of 32-bit floats (TIFF 6.0, sample format
 * 3, one strip, compressed with zlib); values come back exactly.
 *
 * By hand, because sharp brings floats down to 16 bits before it writes them as floats, and the other libraries that
 * write TIFF are made for maps or do not write floats.
 *
 * @throws RangeError where the plane has another number of values.
 */
export async function encodeTiff(values: Float32Array, { width, height }: Size): Promise<Uint8Array> {
  checkPlane('encodeTiff', values, { width, height });
  const samples = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    samples.setFloat32(4 * i, value, true);
  });
  const strip = await compress(new Uint8Array(samples.buffer));
  const [short, long] = [3, 4];
  const header = 8;
  const fields: [tag: number, type: number, value: number][] = [
    [256, long, width],
    [257, long, height],
    [258, short, 32], // bits per sample
    [259, short, 8], // compression: zlib
    [262, short, 1], // 0 is black
    [273, long, header], // where the strip is
    [277, short, 1], // samples per pixel
    [278, long, height], // rows in the strip
    [279, long, strip.length],
    [339, short, 3], // samples are floats
  ];
  const directory = header + strip.length + (strip.length % 2);
  const bytes = new Uint8Array(directory + 2 + 12 * fields.length + 4);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, directory, true);
  bytes.set(strip, header);
  view.setUint16(directory, fields.length, true);
  fields.forEach(([tag, type, value], i) => {
    const at = directory + 2 + 12 * i;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, 1, true);
    if (type === short) view.setUint16(at + 8, value, true);
    else view.setUint32(at + 8, value, true);
  });
  return bytes;
}

/** As TIFF, LZW-compressed: lossless. */
export function tiff(image: Image): Promise<Uint8Array> {
  return picture(image).tiff({ compression: 'lzw' }).toBuffer();
}
