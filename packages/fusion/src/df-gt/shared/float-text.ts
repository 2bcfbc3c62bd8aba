/** 32-bit floats as text: base64 of their little-endian bytes, exact to the bit. */
export function floatsToText(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => void view.setFloat32(4 * i, value, true));
  let bytes = '';
  for (let i = 0; i < view.byteLength; i++) bytes += String.fromCharCode(view.getUint8(i));
  return btoa(bytes);
}

/** @throws RangeError where the text is not whole floats. */
export function textToFloats(caller: string, text: string): Float32Array {
  let bytes: string;
  try {
    bytes = atob(text);
  } catch {
    throw new RangeError(`${caller}: parameters are not base64, expected what save() wrote`);
  }
  if (bytes.length % 4)
    throw new RangeError(`${caller}: parameters have ${bytes.length} bytes, expected 4 for each value`);
  const view = new DataView(Uint8Array.from(bytes, (c) => c.charCodeAt(0)).buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
