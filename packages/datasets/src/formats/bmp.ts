import { checkPixels, type Raster, type RasterLimits } from '../images/raster.js';

/** Decodes an uncompressed BMP of 1, 8, 24 or 32 bits per pixel; palettes are applied, and grey ones give one channel. */
export async function readBmp(bytes: Buffer, limits: RasterLimits): Promise<Raster> {
  if (bytes.length < 54 || bytes.toString('latin1', 0, 2) !== 'BM') throw new Error('not a BMP file');
  const [width, height] = [bytes.readInt32LE(18), bytes.readInt32LE(22)];
  checkPixels(width, Math.abs(height), limits);
  // fast-bmp reads rows from the bottom up only; a negative height says that they are stored from the top down.
  const upright = height < 0 ? Buffer.from(bytes) : bytes;
  if (height < 0) upright.writeInt32LE(-height, 22);
  // An ES module alone: imported where it is needed, so that the CommonJS build can load it.
  const { decode } = await import('fast-bmp');
  const { data, channels, bitsPerPixel } = decode(upright);
  const pixels = new Uint8Array(data as Uint8Array);
  if (height < 0) flip(pixels, width * channels);
  const raster = { width, height: Math.abs(height), range: [0, 255] as const };
  if (bitsPerPixel > 8) return { ...raster, data: pixels, channels };

  const palette = 14 + bytes.readUInt32LE(14);
  const colours = bytes.readUInt32LE(46) || 2 ** bitsPerPixel;
  const entry = (index: number) => {
    if (index >= colours) throw new Error(`a pixel has colour ${index} of a palette of ${colours}`);
    const [blue, green, red] = bytes.subarray(palette + 4 * index);
    return [red!, green!, blue!];
  };
  const table = Array.from({ length: 2 ** bitsPerPixel }, (_, i) => (i < colours ? entry(i) : [0, 0, 0]));
  if (table.every(([r, g, b]) => r === g && g === b)) {
    return {
      ...raster,
      data: pixels.map((index) => (index < colours ? table[index]![0]! : entry(index)[0]!)),
      channels: 1,
    };
  }
  const rgb = new Uint8Array(3 * pixels.length);
  pixels.forEach((index, i) => rgb.set(index < colours ? table[index]! : entry(index), 3 * i));
  return { ...raster, data: rgb, channels: 3 };
}

function flip(pixels: Uint8Array, stride: number): void {
  for (let top = 0, bottom = pixels.length - stride; top < bottom; top += stride, bottom -= stride) {
    const row = pixels.slice(top, top + stride);
    pixels.copyWithin(top, bottom, bottom + stride);
    pixels.set(row, bottom);
  }
}

/** 8-bit BMP with a grey palette, rows from the bottom up and padded to 4 bytes: what REFUGE's masks are. */
export function greyBmp(grey: ArrayLike<number>, width: number, height: number): Uint8Array {
  const [header, palette, stride] = [54, 1024, Math.ceil(width / 4) * 4];
  const bytes = new Uint8Array(header + palette + stride * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, header + palette, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 8, true);
  view.setUint32(34, stride * height, true);
  view.setUint32(46, 256, true);
  for (let level = 0; level < 256; level++) bytes.fill(level, header + 4 * level, header + 4 * level + 3);
  for (let row = 0; row < height; row++) {
    const at = header + palette + (height - 1 - row) * stride;
    for (let column = 0; column < width; column++) bytes[at + column] = grey[row * width + column]!;
  }
  return bytes;
}
