/** A connected set of pixels. */
export interface ConnectedRegion {
  /** Number of pixels. */
  size: number;
  /** Flat indices of its pixels, ascending. */
  pixels: Int32Array;
  /** Its first and last index along each axis. */
  box: { min: number[]; max: number[] };
}

/**
 * The connected regions of the pixels for which `inside` holds, largest first (of equal ones the first in
 * memory), in an array of `shape`, row-major. Pixels touch by their faces (4 neighbours in a plane, 6 in a
 * volume) or, with 'full', by corners too (8, 26).
 *
 * Time O(pixels × neighbours); memory one byte per pixel, and the regions.
 */
export function connectedRegions(
  inside: (pixel: number) => boolean,
  shape: readonly number[],
  connectivity: 'faces' | 'full',
): ConnectedRegion[] {
  const length = shape.reduce((product, extent) => product * extent, 1);
  const offsets = neighbourOffsets(shape.length, connectivity);
  const open = new Uint8Array(length);
  for (let j = 0; j < length; j++) open[j] = inside(j) ? 1 : 0;

  const regions: ConnectedRegion[] = [];
  const at = new Array<number>(shape.length);
  for (let seed = 0; seed < length; seed++) {
    if (!open[seed]) continue;
    open[seed] = 0;
    const pixels = [seed];
    const min = shape.map((extent) => extent);
    const max = shape.map(() => -1);
    for (let next = 0; next < pixels.length; next++) {
      for (let axis = shape.length - 1, rest = pixels[next]!; axis >= 0; axis--) {
        const coordinate = rest % shape[axis]!;
        rest = (rest - coordinate) / shape[axis]!;
        at[axis] = coordinate;
        min[axis] = Math.min(min[axis]!, coordinate);
        max[axis] = Math.max(max[axis]!, coordinate);
      }
      for (const offset of offsets) {
        let neighbour = 0;
        for (let axis = 0; axis < shape.length && neighbour >= 0; axis++) {
          const coordinate = at[axis]! + offset[axis]!;
          const outside = coordinate < 0 || coordinate >= shape[axis]!;
          neighbour = outside ? -1 : neighbour * shape[axis]! + coordinate;
        }
        if (neighbour < 0 || !open[neighbour]) continue;
        open[neighbour] = 0;
        pixels.push(neighbour);
      }
    }
    regions.push({ size: pixels.length, pixels: Int32Array.from(pixels).sort(), box: { min, max } });
  }
  return regions.sort((a, b) => b.size - a.size);
}

function neighbourOffsets(axes: number, connectivity: 'faces' | 'full'): number[][] {
  let offsets: number[][] = [[]];
  for (let axis = 0; axis < axes; axis++)
    offsets = offsets.flatMap((offset) => [-1, 0, 1].map((step) => [...offset, step]));
  return offsets.filter((offset) => {
    const steps = offset.filter((step) => step !== 0).length;
    return connectivity === 'full' ? steps > 0 : steps === 1;
  });
}
