import { fail } from '@diff/checks';
import { offsets } from './components.js';

/**
 * Skeleton of a mask of 0 and 1 in 2-D or 3-D: voxels are taken off its border, from each side in turn, as long as that
 * changes no component, hole or tunnel and shortens no end of a line.
 *
 * @see Bertrand & Malandain, *A new characterization of three-dimensional simple points*, 1994
 */
export function skeleton(caller: string, inside: Uint8Array, shape: readonly number[]): Uint8Array {
  if (shape.length < 2 || shape.length > 3) fail(caller, `shape has ${shape.length} axes, expected 2 or 3`);
  const wide = shape.map((size) => size + 2); // so that every voxel has all its neighbours
  const strides = wide.map((_, axis) => wide.slice(axis + 1).reduce((a, b) => a * b, 1));
  const moves = offsets(shape.length);
  const steps = moves.map((move) => move.reduce((sum, step, axis) => sum + step * strides[axis]!, 0));
  const isSimple = simplicity(moves);
  const mask = new Uint8Array(wide.reduce((a, b) => a * b, 1));
  const places = new Int32Array(inside.length);
  const at = new Array<number>(shape.length).fill(0);
  for (let voxel = 0; voxel < inside.length; voxel++) {
    places[voxel] = at.reduce((place, x, axis) => place + (x + 1) * strides[axis]!, 0);
    mask[places[voxel]!] = inside[voxel]!;
    for (let axis = shape.length - 1; axis >= 0 && ++at[axis]! === shape[axis]!; axis--) at[axis] = 0;
  }
  const sides = strides.flatMap((stride) => [-stride, stride]);
  const around = new Uint8Array(moves.length);
  const removable = (place: number) => {
    let count = 0;
    for (let k = 0; k < steps.length; k++) count += around[k] = mask[place + steps[k]!]!;
    return count > 1 && isSimple(around);
  };
  let left = [...places].filter((place) => mask[place]);
  for (let removed = -1; removed !== 0; ) {
    removed = 0;
    for (const side of sides) {
      const border = left.filter((place) => mask[place] && !mask[place + side] && removable(place));
      for (const place of border) {
        if (!removable(place)) continue; // its neighbours may have gone in this pass
        mask[place] = 0;
        removed++;
      }
    }
    left = left.filter((place) => mask[place]);
  }
  return inside.map((_, voxel) => mask[places[voxel]!]!);
}

/**
 * Whether a voxel can go without a change of topology: what is inside around it is one piece over faces, edges and corners,
 * and what is outside around it and touches its faces is one piece over faces (not through corners, in 3-D).
 */
function simplicity(moves: number[][]): (around: Uint8Array) => boolean {
  const steps = (move: number[]) => move.filter(Boolean).length;
  const apart = (a: number[], b: number[]) => a.map((x, axis) => Math.abs(x - b[axis]!));
  const close = moves.map((a) => moves.map((b) => Math.max(...apart(a, b)) <= 1));
  const faces = moves.map((a) => moves.map((b) => apart(a, b).reduce((sum, x) => sum + x, 0) === 1));

  const all = moves.map((_, k) => k);
  const pieces = (members: number[], touches: boolean[][], counts: (k: number) => boolean) => {
    const waiting = new Set(members);
    let found = 0;
    for (const first of members) {
      if (!waiting.delete(first)) continue;
      const piece = [first];
      for (const k of piece) for (const j of waiting) if (touches[k]![j] && waiting.delete(j)) piece.push(j);
      found += +piece.some(counts);
    }
    return found;
  };
  const known = new Map<string, boolean>();
  return (around) => {
    const key = around.join('');
    const before = known.get(key);
    if (before !== undefined) return before;
    const inside = all.filter((k) => around[k]);
    const outside = all.filter((k) => !around[k] && steps(moves[k]!) <= 2);
    const simple =
      pieces(inside, close, () => true) === 1 && pieces(outside, faces, (k) => steps(moves[k]!) === 1) === 1;
    known.set(key, simple);
    return simple;
  };
}
