/** Markers after which a JPEG, a lossless JPEG or a JPEG-LS stream tells its size. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xf7]);

/**
 * The size that a JPEG, JPEG-LS or JPEG 2000 stream says it has, so that it can be checked before anything is decoded;
 * `undefined` where it tells none. Sources: ITU-T T.81, B.2.2; T.87, C.2.2; T.800, A.5.1.
 */
export function codestreamSize(
  bytes: Uint8Array,
): { width: number; height: number /** Of a sample, of JPEG alone. */; bits?: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length >= 24 && view.getUint32(0) === 0xff4fff51)
    return { width: view.getUint32(8) - view.getUint32(16), height: view.getUint32(12) - view.getUint32(20) };
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    if (FRAMES.has(marker))
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5), bits: bytes[at + 4]! };
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}
