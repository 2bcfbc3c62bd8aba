import { product } from '../statistics/sum.js';

/**
 * Connected components of a mask of 0 and 1: 0 outside, and in each component its number from 1, in the order of their first
 * voxels. Voxels touch over faces (4 neighbours in 2-D, 6 in 3-D), or with `corners` over edges and corners too (8, 26).
 */
export function components(
  inside: Uint8Array,
  shape: readonly number[],
  corners: boolean,
): { map: Int32Array; count: number } {
  const steps = neighbours(shape, corners);
  const map = new Int32Array(inside.length);
  const queue = new Int32Array(inside.length);
  let count = 0;
  for (let first = 0; first < inside.length; first++) {
    if (!inside[first] || map[first]) continue;
    map[first] = ++count;
    queue[0] = first;
    for (let head = 0, tail = 1; head < tail; head++) {
      for (const next of steps(queue[head]!)) {
        if (!inside[next] || map[next]) continue;
        map[next] = count;
        queue[tail++] = next;
      }
    }
  }
  return { map, count };
}

/** The places of the voxels that touch one, inside the grid. */
export function neighbours(shape: readonly number[], corners: boolean): (voxel: number) => number[] {
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  const moves = offsets(shape.length).filter((move) => corners || move.filter(Boolean).length === 1);
  return (voxel) => {
    const found: number[] = [];
    for (const move of moves) {
      let next = voxel;
      let within = true;
      for (let axis = 0; axis < move.length && within; axis++) {
        const at = (Math.floor(voxel / strides[axis]!) % shape[axis]!) + move[axis]!;
        within = at >= 0 && at < shape[axis]!;
        next += move[axis]! * strides[axis]!;
      }
      if (within) found.push(next);
    }
    return found;
  };
}

/** Every move by −1, 0 or 1 along each axis, but for staying. */
export function offsets(axes: number): number[][] {
  let moves: number[][] = [[]];
  for (let axis = 0; axis < axes; axis++)
    moves = moves.flatMap((move) => [-1, 0, 1].map((step) => [...move, step]));
  return moves.filter((move) => move.some(Boolean));
}
