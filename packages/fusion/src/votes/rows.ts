/** The distinct rows of a table that has one row of bytes per pixel. */
export interface RowGroups {
  /** The id of each pixel's row, below `size`. */
  ids: Uint8Array | Uint16Array | Int32Array;
  size: number;
  /** [K] the ids that occur. */
  occurring: Int32Array;
  /** [K] how many pixels have the row. */
  counts: Float64Array;
  /** [K, planes] the rows. */
  rows: Uint8Array;
}

/**
 * Finds the distinct rows of `planes` (one array of bytes per column) in one pass over the pixels: one or two
 * bytes are an id themselves, longer rows are hashed.
 */
export function groupRows(planes: Uint8Array[], length: number): RowGroups {
  if (planes.length > 2) return hashRows(planes, length);
  const ids = planes.length === 1 ? planes[0]! : interleave(planes[0]!, planes[1]!, length);
  const size = 256 ** planes.length;
  const tally = histogram(ids, size);
  const occurring = new Int32Array(tally.reduce((some, count) => some + (count ? 1 : 0), 0));
  for (let id = 0, k = 0; id < size; id++) if (tally[id]) occurring[k++] = id;
  const counts = Float64Array.from(occurring, (id) => tally[id]!);
  const rows = new Uint8Array(occurring.length * planes.length);
  for (let k = 0; k < occurring.length; k++)
    for (let p = 0; p < planes.length; p++) rows[k * planes.length + p] = occurring[k]! >> (8 * p);
  return { ids, size, occurring, counts, rows };
}

/** For each id that occurs, its place in `occurring`. */
export function placesOfIds({ size, occurring }: RowGroups): Int32Array {
  const places = new Int32Array(size);
  occurring.forEach((id, k) => {
    places[id] = k;
  });
  return places;
}

/** The `width` numbers that `values` ([K, width]) holds for the row of each pixel. */
export function spread({ ids, size, occurring }: RowGroups, values: Float64Array, width = 1): Float64Array {
  const table = new Float64Array(size * width);
  for (let k = 0; k < occurring.length; k++)
    for (let c = 0; c < width; c++) table[occurring[k]! * width + c] = values[k * width + c]!;
  const out = new Float64Array(ids.length * width);
  if (width === 1) for (let j = 0; j < ids.length; j++) out[j] = table[ids[j]!]!;
  else
    for (let j = 0, o = 0; j < ids.length; j++)
      for (let t = ids[j]! * width, end = t + width; t < end; t++) out[o++] = table[t]!;
  return out;
}

function interleave(low: Uint8Array, high: Uint8Array, length: number): Uint16Array {
  const ids = new Uint16Array(length);
  for (let j = 0; j < length; j++) ids[j] = low[j]! | (high[j]! << 8);
  return ids;
}

function histogram(ids: Uint8Array | Uint16Array, size: number): Int32Array {
  const tally = new Int32Array(size);
  let start = 0;
  if (ids instanceof Uint8Array && ids.byteOffset % 4 === 0) {
    // Masks hold long runs of one pattern: four pixels at a time, a run costs one comparison a word.
    const words = new Int32Array(ids.buffer, ids.byteOffset, ids.length >>> 2);
    for (let i = 0; i < words.length; ) {
      const word = words[i]!;
      const from = i++;
      while (i < words.length && words[i] === word) i++;
      for (let shift = 0; shift < 32; shift += 8) tally[(word >>> shift) & 255]! += i - from;
    }
    start = words.length * 4;
  }
  for (let j = start; j < ids.length; j++) tally[ids[j]!]!++;
  return tally;
}

function hashRows(planes: Uint8Array[], length: number): RowGroups {
  const ids = new Int32Array(length);
  const firsts: number[] = [];
  const counts: number[] = [];
  const hashes: number[] = [];
  let slots = new Int32Array(1024).fill(-1);

  const same = (a: number, b: number) => {
    for (const plane of planes) if (plane[a] !== plane[b]) return false;
    return true;
  };
  const slotOf = (hash: number, pixel: number) => {
    let slot = hash & (slots.length - 1);
    for (let id = slots[slot]!; id >= 0; id = slots[slot]!) {
      if (hashes[id] === hash && same(firsts[id]!, pixel)) break;
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  };

  for (let j = 0; j < length; j++) {
    let id = j > 0 && same(j - 1, j) ? ids[j - 1]! : -1;
    if (id < 0) {
      let hash = 0;
      for (const plane of planes) {
        hash = Math.imul(hash ^ plane[j]!, 0x9e3779b1);
        hash ^= hash >>> 15;
      }
      const slot = slotOf(hash, j);
      id = slots[slot]!;
      if (id < 0) {
        id = firsts.length;
        slots[slot] = id;
        firsts.push(j);
        counts.push(0);
        hashes.push(hash);
        if (firsts.length * 2 > slots.length) {
          slots = new Int32Array(slots.length * 2).fill(-1);
          for (let i = 0; i < firsts.length; i++) {
            let free = hashes[i]! & (slots.length - 1);
            while (slots[free]! >= 0) free = (free + 1) & (slots.length - 1);
            slots[free] = i;
          }
        }
      }
    }
    ids[j] = id;
    counts[id]!++;
  }

  const rows = new Uint8Array(firsts.length * planes.length);
  firsts.forEach((pixel, k) => {
    for (let p = 0; p < planes.length; p++) rows[k * planes.length + p] = planes[p]![pixel]!;
  });
  return {
    ids,
    size: firsts.length,
    occurring: Int32Array.from(firsts.keys()),
    counts: Float64Array.from(counts),
    rows,
  };
}
