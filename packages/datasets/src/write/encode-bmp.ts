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
