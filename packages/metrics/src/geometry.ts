import {
  check,
  checkArray,
  checkFinite,
  checkInteger,
  checkValues,
  fail,
  type Numbers,
  read,
} from './checks.js';
import { product } from './statistics/sum.js';

/** How a flat array lies in space, row-major (the last axis varies fastest). */
export interface Geometry {
  /** Values along each axis: `[height, width]` or `[depth, height, width]`. */
  shape: readonly number[];
  /** Distance between neighbours along each axis, such as millimetres; 1 by default. */
  spacing?: readonly number[];
}

/** The spacing, after checking it and that `shape` holds `length` values. */
export function checkGeometry(
  caller: string,
  name: string,
  length: number,
  { shape, spacing }: Geometry,
): readonly number[] {
  check(Array.isArray(shape), caller, 'shape', shape, 'an array of numbers');
  shape.forEach((size, axis) => {
    checkInteger(caller, `shape[${axis}]`, size, 1);
  });
  const volume = product(shape);
  if (volume !== length) fail(caller, `shape [${shape}] holds ${volume} values, ${name} has ${length}`);
  const steps = spacing ?? shape.map(() => 1);
  if (steps.length !== shape.length) {
    fail(caller, `shape has ${shape.length} values, spacing has ${steps.length}`);
  }
  steps.forEach((step, axis) => {
    check(step > 0 && step < Infinity, caller, `spacing[${axis}]`, step, 'a finite number above 0');
  });
  return steps;
}

const BLOCK = 4096;

/** 1 where a value is `> threshold`, 0 elsewhere. */
export function binarise(caller: string, name: string, mask: Numbers, threshold: number): Uint8Array {
  checkArray(caller, name, mask);
  checkFinite(caller, 'threshold', threshold);
  const result = new Uint8Array(mask.length);
  const scratch = new Float64Array(BLOCK);
  let check = 0;
  for (let start = 0; start < mask.length; start += BLOCK) {
    const block = read(mask, start, scratch.subarray(0, mask.length - start));
    for (let i = 0; i < block.length; i++) {
      check += block[i]! - block[i]!;
      result[start + i] = +(block[i]! > threshold);
    }
  }
  if (check !== 0) checkValues(caller, name, mask);
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
  const inside = binarise(caller, name, mask, options.threshold ?? 0.5);
  const [stepY, stepX] = checkGeometry(caller, name, mask.length, options) as [number, number];
  const axes = options.shape.length;
  if (axes !== 2) fail(caller, `shape has ${axes} axes, expected 2`);
  const [height, width] = options.shape as [number, number];
  return { inside, height, width, stepY, stepX };
}
