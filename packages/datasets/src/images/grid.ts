import { type Affine, composed, inverted } from './affine.js';
import type { Raster } from './raster.js';

/** How far from a voxel's centre, in voxels, another grid's may lie to count as the same. */
const NEAR = 0.05;

/**
 * What becomes of a mask whose voxels lie elsewhere than its image's, by what both files say of where they lie.
 *
 * - `'same'`: it is turned, flipped and shifted onto the image's grid where the voxels are the same; else it is refused.
 * - `'nearest'`: it is resampled, each voxel of the image taking the nearest of the mask, 0 beyond it.
 * - `'index'`: voxel is taken for voxel as they are stored, whatever the files say of where they lie.
 */
export type GridRule = 'same' | 'nearest' | 'index';

export const GRID_RULES = ['same', 'nearest', 'index'] as const;

/**
 * A mask on the grid of its image. Files that do not say where they lie are taken as they are.
 *
 * @throws Error where the rule is 'same', and the grids do not coincide or the mask says that it was made on another image.
 */
export function onGridOf(mask: Raster, image: Raster, rule: GridRule = 'same'): Raster {
  if (rule === 'same') checkReferences(mask, image);
  if (rule === 'index' || !mask.affine || !image.affine) return mask;
  const back = inverted(mask.affine);
  if (!back) throw new Error('its affine cannot be inverted');
  const toMask = composed(back, image.affine);
  const same = coincide(toMask, image, mask);
  if (same && isIdentity(toMask, image) && !mask.partial) return mask;
  if (!same && rule === 'same')
    throw new Error(
      "its voxels do not lie on those of its image: the option grid: 'nearest' resamples it, 'index' takes them as stored",
    );
  const placed = gathered(mask, image, toMask);
  if (same && mask.partial && insideOf(placed) < insideOf(mask))
    throw new Error(`${insideOf(mask) - insideOf(placed)} of its voxels lie outside its image`);
  return placed;
}

/** A segmentation or a structure set says which images it was made on. */
function checkReferences({ refers }: Raster, { dicom }: Raster): void {
  if (!refers || !dicom) return;
  const { frame, instances } = refers;
  const help = "the option grid: 'nearest' takes it by its coordinates alone";
  if (frame && dicom.frame && frame !== dicom.frame)
    throw new Error(`it lies in the frame of reference ${frame}, its image in ${dicom.frame}: ${help}`);
  if (instances.length && !instances.some((one) => dicom.instances.includes(one)))
    throw new Error(`it was made on other images, such as ${instances[0]}: ${help}`);
}

function insideOf({ data }: Raster): number {
  let count = 0;
  for (const value of data) if (value > 0) count++;
  return count;
}

const sizesOf = ({ width, height, depth = 1 }: Raster) => [width, height, depth];

/** Whether the map from the image's voxels to the mask's is a turn by right angles, with flips and shifts, onto all of it. */
function coincide(toMask: Affine, image: Raster, mask: Raster): boolean {
  const [from, to] = [sizesOf(image), sizesOf(mask)];
  const reached = to.map((_, row) => {
    // An error in a slope grows along the axis: the far corner must be near a centre too. An axis of one voxel does not count.
    let [low, high] = [toMask[4 * row + 3]!, toMask[4 * row + 3]!];
    for (const [k, size] of from.entries()) {
      const slope = toMask[4 * row + k]!;
      const nearest = Math.round(slope);
      if (size === 1) continue;
      if (Math.abs(nearest) > 1 || Math.abs(slope - nearest) * (size - 1) > NEAR) return undefined;
      if (nearest < 0) low -= size - 1;
      else if (nearest > 0) high += size - 1;
    }
    return [low, high] as const;
  });
  if (mask.partial) return reached.every((range) => range?.every(isWhole));
  return reached.every(
    (range, row) => range && Math.abs(range[0]) <= NEAR && Math.abs(range[1] - (to[row]! - 1)) <= NEAR,
  );
}

const isWhole = (value: number) => Math.abs(value - Math.round(value)) <= NEAR;

const isIdentity = (map: Affine, image: Raster) =>
  sizesOf(image).every((size, k) => size === 1 || Math.round(map[5 * k]!) === 1);

function gathered(mask: Raster, image: Raster, toMask: Affine): Raster {
  const [width, height, depth] = sizesOf(image) as [number, number, number];
  const [across, down, through] = sizesOf(mask) as [number, number, number];
  const data = new (mask.data.constructor as Float32ArrayConstructor)(width * height * depth);
  const at = (row: number, x: number, y: number, z: number) =>
    Math.round(
      toMask[4 * row]! * x + toMask[4 * row + 1]! * y + toMask[4 * row + 2]! * z + toMask[4 * row + 3]!,
    );
  let i = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const [u, v, w] = [at(0, x, y, z), at(1, x, y, z), at(2, x, y, z)];
        if (u >= 0 && v >= 0 && w >= 0 && u < across && v < down && w < through)
          data[i] = mask.data[((w * down + v) * across + u) * mask.channels]!;
      }
    }
  }
  const { affine, spacing } = image;
  return { ...mask, data, width, height, channels: 1, affine, spacing, ...(image.depth && { depth }) };
}
