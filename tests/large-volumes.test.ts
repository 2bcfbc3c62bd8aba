import { majorityVote, meanVote, simple, staple, stapleMultiLabel } from '@diff/fusion';
import { confusion, dice, hausdorff, softDice, surfaceDice } from '@diff/metrics';
import { describe, expect, it } from 'vitest';

/** Over 2²⁴ voxels, where single precision can no longer count by ones. */
const edge = 257;
const shape = [edge, edge, edge];
const voxels = edge ** 3;

/** Noise in one slice, and a volume of that slice again and again: whatever is counted is 257 times as much. */
const slices = [3, 5, 7].map((seed) => {
  let state = seed;
  return Uint8Array.from({ length: edge ** 2 }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return +(i % edge < 128) ^ +(state < 0.2 * 2 ** 32);
  });
});
const repeated = (slice: Uint8Array) => {
  const volume = new Uint8Array(voxels);
  for (let z = 0; z < edge; z++) volume.set(slice, z * edge ** 2);
  return volume;
};
const volumes = slices.map(repeated);
/** The largest difference between a slice and the first and the last of a volume. */
function difference(volume: ArrayLike<number>, slice: ArrayLike<number>): number {
  let most = 0;
  for (const start of [0, voxels - edge ** 2])
    for (let i = 0; i < edge ** 2; i++) most = Math.max(most, Math.abs(volume[start + i]! - slice[i]!));
  return most;
}

describe('volumes of over 2²⁴ voxels', () => {
  it('are fused as their slices are', () => {
    expect(difference(majorityVote(volumes), majorityVote(slices))).toBe(0);
    expect(difference(meanVote(volumes), meanVote(slices))).toBe(0);
    expect(difference(simple(volumes).mask, simple(slices).mask)).toBe(0);
    const [large, small] = [staple(volumes), staple(slices)];
    expect(large.iterations).toBe(small.iterations);
    for (const [r, value] of large.sensitivity.entries()) expect(value).toBeCloseTo(small.sensitivity[r]!, 9);
    expect(difference(large.probability, small.probability)).toBeLessThan(1e-9);
    expect(difference(stapleMultiLabel(volumes).labelMap, stapleMultiLabel(slices).labelMap)).toBe(0);
  });

  it('overlap as their slices do, counted to the voxel', () => {
    const [[a, b], [p, r]] = [volumes, slices] as unknown as [Uint8Array[], Uint8Array[]];
    expect(dice(a!, b!)).toBe(dice(p!, r!));
    expect(softDice(a!, b!)).toBe(softDice(p!, r!));
    expect(dice(a!, b!, { labels: [0, 1] }).values).toEqual(dice(p!, r!, { labels: [0, 1] }).values);
    const table = confusion(p!, r!);
    expect(confusion(a!, b!)).toEqual(
      Object.fromEntries(Object.entries(table).map(([name, count]) => [name, count * edge])),
    );
  });

  it('are measured: a box and the same box three voxels on', () => {
    const box = (shift: number) => {
      const volume = new Uint8Array(voxels);
      for (let z = 200; z < 240; z++)
        for (let y = 200; y < 240; y++)
          volume.fill(1, (z * edge + y) * edge + 200 + shift, (z * edge + y) * edge + 240 + shift);
      return volume;
    };
    const options = { shape, spacing: [1, 1, 0.5] };
    expect(hausdorff(box(0), box(3), options)).toBe(1.5);
    expect(surfaceDice(box(0), box(3), { ...options, tolerance: 1.5 })).toBe(1);
    expect(surfaceDice(box(0), box(3), { ...options, tolerance: 1.4 })).toBeLessThan(1);
  });
});
