import type { Affine } from './affine.js';

/**
 * From DICOM's axes (left, back, up: "LPS"), which NRRD and MetaImage have too, to those of `Image.affine` (right, front,
 * up: "RAS"), and the same way back.
 */
export const turnedLps = (affine: Affine): number[] =>
  affine.map((value, i) => (i < 8 && value !== 0 ? -value : value));

/** The affine of a grid by its origin, and the step to the next voxel along x, y and z; a plane's z is at right angles. */
export function affineOfSteps(steps: readonly (readonly number[])[], origin: readonly number[]): number[] {
  const [x, y] = steps as [number[], number[]];
  const z = steps[2] ?? unit(crossed(x, y));
  return [...[0, 1, 2].flatMap((i) => [x[i]!, y[i]!, z[i]!, origin[i]!]), 0, 0, 0, 1];
}

/** The cross product of two vectors. */
export const crossed = (a: readonly number[], b: readonly number[]): number[] =>
  [0, 1, 2].map((i) => {
    const [j, k] = [(i + 1) % 3, (i + 2) % 3];
    return a[j]! * b[k]! - a[k]! * b[j]!;
  });

const unit = (vector: readonly number[]) => {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : [...vector];
};
