/** A field of a TIFF directory: the type and number of its values, and where in the file they lie. */
export interface TiffField {
  type: number;
  count: number;
  at: number;
}

/** A page's fields by their tags. */
export type TiffDirectory = ReadonlyMap<number, TiffField>;

/** Bytes of one value, by its type: integers, text, fractions, floats, offsets. */
const SIZES = [1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 1, 1, 8, 8, 8];
const [SHORT, RATIONAL, LONG8] = [3, 5, 16] as const;

/** The fields of a TIFF file's pages, classic or Big. By hand, because sharp does not give them. */
export class TiffTags {
  readonly directories: readonly TiffDirectory[];
  readonly #view: DataView;
  readonly little: boolean;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.little = bytes[0] === 0x49;
    this.directories = this.#walk();
  }

  /** The first value of a field: an integer, or a fraction. */
  valueOf({ type, at }: TiffField): number {
    const long = (from: number) => this.#view.getUint32(from, this.little);
    if (type === SHORT) return this.#view.getUint16(at, this.little);
    if (type === LONG8) return Number(this.#view.getBigUint64(at, this.little));
    return type === RATIONAL ? long(at) / long(at + 4) : long(at);
  }

  /** The text of a field. */
  textOf({ at, count }: TiffField): string {
    const { buffer, byteOffset, byteLength } = this.#view;
    return Buffer.from(buffer, byteOffset, byteLength)
      .toString('utf8', at, at + count)
      .replace(/\0.*$/s, '');
  }

  /** Writes the first value of a field of integers into the file. @throws Error where it is too large. */
  set({ type, at }: TiffField, value: number): void {
    if (type === SHORT && value >= 2 ** 16) throw new Error(`${value} does not fit a field of 16 bits`);
    if (type === SHORT) this.#view.setUint16(at, value, this.little);
    else if (type === LONG8) this.#view.setBigUint64(at, BigInt(value), this.little);
    else this.#view.setUint32(at, value, this.little);
  }

  #walk(): TiffDirectory[] {
    const found = new Map<number, TiffDirectory>();
    const short = (at: number) => this.#view.getUint16(at, this.little);
    const long = (at: number) => this.#view.getUint32(at, this.little);
    const offset = (at: number) => Number(this.#view.getBigUint64(at, this.little));
    try {
      const big = short(2) === 43;
      const word = big ? offset : long;
      const [entry, inline] = big ? [20, 8] : [12, 4];
      let start = word(big ? 8 : 4);
      while (start > 0 && !found.has(start) && found.size < 2 ** 16) {
        const [count, first] = big ? [offset(start), start + 8] : [short(start), start + 2];
        if (count > 4096) break;
        const fields = new Map<number, TiffField>();
        found.set(start, fields);
        for (let at = first; at < first + count * entry; at += entry) {
          const [type, length] = [short(at + 2), word(at + 4)];
          const value = at + entry - inline;
          const near = length * (SIZES[type] ?? 1) <= inline;
          fields.set(short(at), { type, count: length, at: near ? value : word(value) });
        }
        start = word(first + count * entry);
      }
    } catch (cause) {
      // libtiff says what is wrong with a damaged directory.
      if (!(cause instanceof RangeError)) throw cause;
    }
    return [...found.values()];
  }
}
