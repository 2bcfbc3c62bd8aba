import type { Example, RaterMask } from './example.js';
import type { Random } from './random.js';

/** What a training step learns from, made anew for every image and step from the raters' masks of an example. */
export interface Labels {
  /** Name and settings, stored with a checkpoint to recognise it by. */
  config: Record<string, number | string>;
  /** One mask per structure, each of height · width values in [0, 1]. */
  draw(example: Example, random: Random): RaterMask[];
}

/**
 * The raters' masks of every structure of an example.
 *
 * @throws RangeError naming the case that carries no raters' masks, or has a structure that nobody outlined.
 */
export function ratersOf(who: string, { id, raters }: Example): NonNullable<Example['raters']> {
  if (!raters) throw new RangeError(`${who}: case "${id}" carries no raters' masks, expected them in raters`);
  const empty = raters.findIndex((masks) => masks.every((mask) => !mask));
  if (empty !== -1)
    throw new RangeError(`${who}: case "${id}" has no rater of structure ${empty}, expected one`);
  return raters;
}
