/**
 * One frame of DICOM's run-length encoding, PS3.5 annex G: up to 15 segments, each a plane of bytes, the most significant of
 * each sample first. Gives samples in little-endian order, those of a pixel side by side.
 *
 * @throws Error where it is truncated, or has another number of segments than samples ask for.
 */
export function decodeRle(bytes: Uint8Array, pixels: number, samples: number, width: 1 | 2): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 64) throw new Error('its run-length encoding is truncated');
  const count = view.getUint32(0, true);
  if (count !== samples * width)
    throw new Error(`its run-length encoding has ${count} segments, expected ${samples * width}`);
  const result = new Uint8Array(pixels * samples * width);
  for (let segment = 0; segment < count; segment++) {
    const from = view.getUint32(4 + 4 * segment, true);
    const to = segment + 1 < count ? view.getUint32(8 + 4 * segment, true) : bytes.length;
    const at = Math.floor(segment / width) * width + (width - 1 - (segment % width));
    unpack(bytes.subarray(from, to), result, at, samples * width);
  }
  return result;
}

/** PackBits: a run of −n + 1 equal bytes, or n + 1 bytes as they are; −128 is nothing. */
function unpack(packed: Uint8Array, result: Uint8Array, start: number, stride: number): void {
  let to = start;
  for (let at = 0; at < packed.length && to < result.length; ) {
    const control = (packed[at++]! << 24) >> 24;
    if (control === -128) continue;
    const length = control < 0 ? 1 - control : control + 1;
    for (let k = 0; k < length && to < result.length; k++, to += stride) {
      const byte = packed[control < 0 ? at : at + k];
      if (byte === undefined) throw new Error('its run-length encoding is truncated');
      result[to] = byte;
    }
    at += control < 0 ? 1 : length;
  }
  if (to < result.length) throw new Error('its run-length encoding is truncated');
}
