import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../user-error.js';

/** Refuses to write into what is read, by whatever links the way leads there. @throws UserError. */
export function checkOut(out: string, inputs: readonly string[]): void {
  const inside = inputs.find((input) => contains(real(input), real(out)));
  if (inside !== undefined)
    throw new UserError(`--out ${out} lies in ${inside}, which is read: give a folder outside it`);
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way.split(sep)[0] !== '..';
}

/** The path without links, as far as it is there. */
function real(path: string): string {
  const whole = resolve(path);
  if (existsSync(whole) || dirname(whole) === whole) return existsSync(whole) ? realpathSync(whole) : whole;
  return join(real(dirname(whole)), basename(whole));
}
