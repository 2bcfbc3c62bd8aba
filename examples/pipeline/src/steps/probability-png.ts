import sharp from 'sharp';

/** A probability map as the bytes of a 16-bit grey PNG: round(65535 · p). */
export function encodeProbability(map: Float32Array, height: number, width: number): Promise<Buffer> {
  const levels = Uint16Array.from(map, (p) => Math.round(65535 * p));
  return sharp(levels, { raw: { width, height, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer();
}

/** What `encodeProbability` wrote. */
export async function readProbability(path: string): Promise<Float32Array> {
  const { data } = await sharp(path)
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const levels = new Uint16Array(new Uint8Array(data).buffer);
  return Float32Array.from(levels, (level) => level / 65535);
}
