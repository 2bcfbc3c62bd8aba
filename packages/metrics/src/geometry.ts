import { checkList, checkNumber, checkNumbers, checkShape, checkValues, fail } from '@diff/checks';
import { checkMask, type Numbers, read } from './numbers.js';

/** How a flat array lies in space, row-major (the last axis varies fastest). */
export interface Geometry {
  /** Values along each axis: `[height, width]` or `[depth, height, width]`. */
  shape: readonly number[];
  /** Distance between neighbours along each axis, such as millimetres; 1 by default. */
  spacing?: readonly number[];
}

/** Whose squares are neither 0 nor infinite. */
const STEPS = [1e-100, 1e100] as const;

/** The spacing, after checking it and that `shape` holds `length` values. */
export function checkGeometry(
  caller: string,
  length: number,
  { shape, spacing }: Geometry,
): readonly number[] {
  checkShape(caller, 'shape', shape, length);
  if (spacing === undefined) return shape.map(() => 1);
  checkList(caller, 'spacing', spacing, 'an array of numbers', (name, step) =>
    checkNumber(caller, name, step, ...STEPS),
  );
  if (spacing.length !== shape.length)
    fail(caller, `spacing has ${spacing.length} values, expected ${shape.length}, as shape has`);
  return spacing;
}

const BLOCK = 4096;

/**
 * 1 where a value is `> threshold`, 0 elsewhere. Without a threshold it is 0.5, and label maps are refused. With a `label`,
 * 1 where a value is equal to it.
 */
export function binarise(
  caller: string,
  name: string,
  mask: Numbers,
  threshold?: number,
  label?: number,
  instead?: string,
): Uint8Array {
  checkNumbers(caller, name, mask);
  if (threshold !== undefined) checkNumber(caller, 'threshold', threshold);
  const limit = label === undefined ? (threshold ?? 0.5) : Infinity;
  const equal = label ?? Number.NaN;
  const result = new Uint8Array(mask.length);
  const scratch = new Float64Array(Math.min(BLOCK, mask.length));
  let check = 0;
  let outside = 0;
  for (let start = 0; start < mask.length; start += BLOCK) {
    const block = read(mask, start, scratch.subarray(0, mask.length - start));
    for (let i = 0; i < block.length; i++) {
      const value = block[i]!;
      check += value - value;
      outside |= +(value > 1) | +(value < 0);
      result[start + i] = +(value > limit) | +(value === equal);
    }
  }
  if (check !== 0) checkValues(caller, name, mask);
  if (outside && threshold === undefined && label === undefined) checkMask(caller, name, mask, instead);
  return result;
}

export interface ShapeOptions extends Geometry {
  /** A value belongs to the mask where it is `> threshold`; 0.5 by default. */
  threshold?: number;
  /** What to return where an empty mask leaves the measure undefined. */
  empty?: number;
}

/** A binarised mask of `[height, width]`, with the distance between its rows and between its columns. */
export function planar(caller: string, name: string, mask: Numbers, options: ShapeOptions) {
  const inside = binarise(caller, name, mask, options?.threshold);
  const [stepY, stepX] = checkGeometry(caller, mask.length, { ...options }) as [number, number];
  const axes = options.shape.length;
  if (axes !== 2) fail(caller, `shape has ${axes} axes, expected 2`);
  const [height, width] = options.shape as [number, number];
  return { inside, height, width, stepY, stepX };
}
