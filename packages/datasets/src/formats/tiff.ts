import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { checkObject } from '@diff/checks';
import type { Image } from '../dataset/case.js';
import { spacingOf } from '../images/affine.js';
import { checkPlane, type Extent } from '../images/sized.js';
import { picture } from './picture.js';
import { littleEndian } from './samples.js';
import { omeXml } from './tiff-pages.js';

const compress = promisify(deflate);

/**
 * Values of a plane, or of a volume as one page per slice, as the bytes of a TIFF file of 32-bit floats (TIFF 6.0, sample
 * format 3, one strip per page, compressed with zlib); values come back exactly. The spacing is written as OME-XML, exactly,
 * and as the resolution, to the nearest of 10⁹ steps; TIFF has no place for an affine.
 *
 * By hand, because sharp brings floats down to 16 bits before it writes them as floats, and the other libraries that
 * write TIFF are made for maps or do not write floats.
 *
 * @throws RangeError where there are another number of values.
 */
export async function encodeTiff(given: Float32Array, extent: Extent): Promise<Uint8Array> {
  checkObject('encodeTiff', 'extent', extent);
  checkPlane('encodeTiff', given, { ...extent, channels: 1 });
  const values = given instanceof Float32Array ? given : Float32Array.from(given);
  const { width, height, depth = 1, affine } = extent;
  const spacing = affine ? spacingOf(affine) : extent.spacing;
  const plane = width * height;
  const text = depth > 1 || spacing ? Buffer.from(`${omeXml(extent, spacing)}\0`) : undefined;
  const parts: Uint8Array[] = [];
  const start = even(HEADER + (text?.length ?? 0));
  let at = start;
  for (let page = 0; page < depth; page++) {
    const strip = await compress(littleEndian(values.subarray(page * plane, (page + 1) * plane)));
    const count = 10 + (text && page === 0 ? 1 : 0) + (spacing ? 3 : 0);
    const sizes = 2 + 12 * count + 4;
    const data = sizes + (spacing ? 16 : 0);
    const fields: Field[] = [
      [256, LONG, width],
      [257, LONG, height],
      [258, SHORT, 32], // bits per sample
      [259, SHORT, 8], // compression: zlib
      [262, SHORT, 1], // 0 is black
      ...(text && page === 0 ? ([[270, ASCII, HEADER, text.length]] as Field[]) : []),
      [273, LONG, at + data], // where the strip is
      [277, SHORT, 1], // samples per pixel
      [278, LONG, height], // rows in the strip
      [279, LONG, strip.length],
      ...(spacing
        ? ([
            [282, RATIONAL, at + sizes],
            [283, RATIONAL, at + sizes + 8],
            [296, SHORT, 3], // pixels per centimetre
          ] as Field[])
        : []),
      [339, SHORT, 3], // samples are floats
    ];
    const block = new Uint8Array(even(data + strip.length));
    block.set(strip, data);
    const view = new DataView(block.buffer);
    at += block.length;
    writeDirectory(view, fields, page + 1 < depth ? at : 0);
    if (spacing) writeResolution(view, sizes, spacing);
    parts.push(block);
  }
  const head = Buffer.alloc(start);
  head.set([0x49, 0x49, 42, 0]);
  head.writeUInt32LE(start, 4);
  if (text) head.set(text, HEADER);
  return Buffer.concat([head, ...parts]);
}

type Field = [tag: number, type: number, value: number, count?: number];

const HEADER = 8;
const [ASCII, SHORT, LONG, RATIONAL] = [2, 3, 4, 5] as const;

const even = (length: number) => length + (length % 2);

function writeDirectory(view: DataView, fields: readonly Field[], next: number): void {
  view.setUint16(0, fields.length, true);
  fields.forEach(([tag, type, value, count = 1], i) => {
    const at = 2 + 12 * i;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    if (type === SHORT) view.setUint16(at + 8, value, true);
    else view.setUint32(at + 8, value, true);
  });
  view.setUint32(2 + 12 * fields.length, next, true);
}

/** Pixels per centimetre as fractions, whose larger number has as many digits as fit. */
function writeResolution(view: DataView, from: number, spacing: readonly number[]): void {
  spacing.slice(0, 2).forEach((size, k) => {
    const scale = Math.floor(4e9 / Math.max(10, size));
    view.setUint32(from + 8 * k, 10 * scale, true);
    view.setUint32(from + 8 * k + 4, Math.max(1, Math.round(size * scale)), true);
  });
}

/** As TIFF, LZW-compressed: lossless. */
export function tiff(image: Image): Promise<Uint8Array> {
  return picture(image).tiff({ compression: 'lzw' }).toBuffer();
}
