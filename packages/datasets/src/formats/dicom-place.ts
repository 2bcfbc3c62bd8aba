import type dicomParser from 'dicom-parser';
import type { Affine } from '../images/affine.js';
import { affineOfSteps, crossed, turnedLps } from '../images/lps.js';
import { itemsOf, numbersOf } from './dicom-file.js';

/** Where the frames of a file lie, in DICOM's left, back, up. */
export interface FramePlaces {
  /** Millimetres between neighbours along x and y, where they are told. */
  spacing?: [number, number];
  /** Along the rows, and down the columns: directions of length 1. */
  turn?: [number[], number[]];
  /** Of the first pixel of each frame. */
  positions: (number[] | undefined)[];
  /** Thickness of a slice, or the distance between slices. */
  through: number;
}

/** PS3.3 C.7.6.2 for one frame, C.7.6.16 (functional groups) for several. */
export function framePlaces(file: dicomParser.DataSet, frames: number): FramePlaces {
  const [shared] = itemsOf(file, 'x52009229');
  const each = itemsOf(file, 'x52009230');
  const group = (tag: string) => itemsOf(each[0], tag)[0] ?? itemsOf(shared, tag)[0] ?? file;
  const measures = group('x00289110');
  // Between rows first, as DICOM has it.
  const [down, across] = numbersOf(measures, 'x00280030', 2) ?? [];
  const turn = numbersOf(group('x00209116'), 'x00200037', 6);
  const between = numbersOf(measures, 'x00180088', 1)?.[0] ?? 0;
  const thickness = numbersOf(measures, 'x00180050', 1)?.[0] ?? 0;
  const positions = Array.from({ length: frames }, (_, frame) =>
    numbersOf(
      itemsOf(each[frame], 'x00209113')[0] ?? (frames === 1 ? group('x00209113') : undefined),
      'x00200032',
      3,
    ),
  );
  return {
    ...(across && down && { spacing: [across, down] as [number, number] }),
    ...(turn && { turn: [turn.slice(0, 3), turn.slice(3)] as [number[], number[]] }),
    positions,
    through: (frames > 1 && between > 0 ? between : thickness || between) || 1,
  };
}

/** How far a position lies along the normal of the slices. */
export function alongNormal({ turn }: FramePlaces, position: readonly number[]): number {
  const normal = crossed(turn![0], turn![1]);
  return normal.reduce((sum, value, i) => sum + value * position[i]!, 0);
}

/** The affine of slices from a position on, `step` apart along the normal; `undefined` where the file does not tell. */
export function sliceAffine(
  { spacing, turn }: FramePlaces,
  position: readonly number[] | undefined,
  step: number,
): Affine | undefined {
  if (!spacing || !turn || !position) return undefined;
  const [across, down] = turn;
  const scaled = (vector: readonly number[], by: number) => vector.map((value) => value * by);
  return turnedLps(
    affineOfSteps(
      [scaled(across, spacing[0]), scaled(down, spacing[1]), scaled(crossed(across, down), step)],
      position,
    ),
  );
}

/** Slices in the order of their places, and how far they lie apart. @throws Error where they are not equally far apart. */
export function stacked(places: FramePlaces): { order: number[]; step: number } | undefined {
  const { positions, turn } = places;
  if (!turn || positions.some((position) => !position)) return undefined;
  const heights = positions.map((position) => alongNormal(places, position!));
  const order = [...heights.keys()].sort((a, b) => heights[a]! - heights[b]!);
  const step = (heights[order.at(-1)!]! - heights[order[0]!]!) / Math.max(1, order.length - 1);
  const first = positions[order[0]!]!;
  const even = order.every((frame, k) => {
    const offset = positions[frame]!.map((value, i) => value - first[i]!);
    const sideways = Math.hypot(...offset) ** 2 - (heights[frame]! - heights[order[0]!]!) ** 2;
    return (
      Math.abs(heights[frame]! - heights[order[0]!]! - k * step) <= 0.01 * step + 1e-4 && sideways < 1e-2
    );
  });
  if (!even || (order.length > 1 && !(step > 0)))
    throw new Error('its slices do not lie equally far apart in one stack: the option slice takes one');
  return { order, step: order.length > 1 ? step : places.through };
}
