import type { Mask } from '@diff/datasets';

/** Pixels of a slab: as many as a picture of 1024 × 1024 has. */
const SLAB = 2 ** 20;

/**
 * The same masks piece by piece, for what looks at each pixel by itself: its working memory is then that of one piece, however
 * large a volume is.
 */
export function* slabs(masks: readonly Mask[], size = SLAB): Generator<{ from: number; slab: Mask[] }> {
  const { length } = masks[0]!;
  for (let from = 0; from < length; from += size)
    yield { from, slab: masks.map((mask) => mask.subarray(from, from + size)) };
}

/** What a fusion that looks at each pixel by itself makes of masks. */
export function bySlabs(
  masks: readonly Mask[],
  fuse: (masks: Mask[]) => ArrayLike<number>,
  size = SLAB,
): Float32Array {
  const values = new Float32Array(masks[0]!.length);
  for (const { from, slab } of slabs(masks, size)) values.set(fuse(slab), from);
  return values;
}
