import { inflateSync } from 'node:zlib';
import type { Raster } from '../images/raster.js';

/**
 * The indices of a PNG with a palette of colours, which say which label a pixel has; `undefined` where the palette is
 * of greys, which are levels. By hand, because sharp gives a palette's colours alone. Source: PNG specification, third
 * edition, W3C 2025.
 *
 * @throws Error where it is interlaced, truncated, or unpacks to more than its header says.
 */
export function readPaletteIndices(bytes: Buffer): Raster | undefined {
  const parts: Buffer[] = [];
  let palette: Uint8Array = new Uint8Array(0);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const [length, type] = [bytes.readUInt32BE(at), bytes.toString('latin1', at + 4, at + 8)];
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'PLTE') palette = body;
    if (type === 'IDAT') parts.push(body);
    at += 12 + length;
  }
  const isGrey = palette.every((level, i) => level === palette[i - (i % 3)]);
  if (isGrey) return undefined;
  const [width, height, bits] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20), bytes[24]!];
  if (bytes[28] !== 0) throw new Error('an interlaced PNG with a palette: save it without interlacing');
  const stride = Math.ceil((width * bits) / 8);
  const rows = inflateSync(Buffer.concat(parts), { maxOutputLength: height * (stride + 1) });
  if (rows.length < height * (stride + 1)) throw new Error('truncated');
  const data = new Uint8Array(width * height);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const at = y * (stride + 1);
    const row = unfiltered(rows[at]!, rows.subarray(at + 1, at + 1 + stride), above);
    for (let x = 0; x < width; x++) {
      const bit = x * bits;
      data[y * width + x] = (row[bit >> 3]! >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
    }
    above = row;
  }
  return { data, width, height, channels: 1, range: [0, 255], white: 255, labels: true };
}

/** Undoes the filter of a row whose pixels take a byte or less: section 9 of the specification. */
function unfiltered(
  filter: number,
  row: Uint8Array,
  above: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(row.length);
  for (let i = 0; i < row.length; i++) {
    const [left, up, corner] = [result[i - 1] ?? 0, above[i]!, above[i - 1] ?? 0];
    const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
    if (guess === undefined) throw new Error(`row filter ${filter}, expected 0 to 4`);
    result[i] = row[i]! + guess;
  }
  return result;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
