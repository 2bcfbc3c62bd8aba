import { checkObject, oneOf } from './check.js';
import { nearest } from './nearest.js';
import { show } from './show.js';

/**
 * The options of a function: an object, or `undefined` for none, whose every name is among `known`. A name that is not is
 * refused with the nearest one that is.
 *
 * @throws TypeError if it is no object or has an unknown name.
 */
export function checkOptions(who: string, options: unknown, known: readonly string[]): void {
  if (options === undefined) return;
  checkObject(who, 'options', options);
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const guess = nearest(name, known);
    const instead = guess
      ? `did you mean ${guess}?`
      : `expected ${known.length ? oneOf(known) : 'no options'}`;
    throw new TypeError(`${who}: there is no option ${show(name)}, ${instead}`);
  }
}
