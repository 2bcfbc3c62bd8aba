import { checkPixels, type Raster, type RasterLimits } from './pixels.js';

/** Decodes an uncompressed BMP of 1, 8, 24 or 32 bits a pixel; palettes are applied, and grey ones give one channel. */
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
