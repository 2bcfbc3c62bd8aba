/** TIFF's tag of a page's description. */
const DESCRIPTION = 270;

/** The description of the first page of a TIFF file, classic or Big; `undefined` where it has none. By hand, because sharp does not give it. */
export function tiffDescription(bytes: Buffer): string | undefined {
  const little = bytes.toString('latin1', 0, 2) === 'II';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const short = (at: number) => view.getUint16(at, little);
  const long = (at: number) => view.getUint32(at, little);
  const offset = (at: number) => Number(view.getBigUint64(at, little));
  try {
    const big = short(2) === 43;
    const start = big ? offset(8) : long(4);
    const [count, first, entry, inline] = big
      ? [offset(start), start + 8, 20, 8]
      : [short(start), start + 2, 12, 4];
    for (let k = 0; k < Math.min(count, 4096); k++) {
      const at = first + k * entry;
      if (short(at) !== DESCRIPTION) continue;
      const length = big ? offset(at + 4) : long(at + 4);
      const value = at + entry - inline;
      const from = length <= inline ? value : big ? offset(value) : long(value);
      return bytes.toString('utf8', from, from + length).replace(/\0.*$/s, '');
    }
  } catch (cause) {
    // libtiff says what is wrong with a damaged directory.
    if (!(cause instanceof RangeError)) throw cause;
  }
  return undefined;
}
