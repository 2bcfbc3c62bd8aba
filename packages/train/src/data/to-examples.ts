import { check, checkOneOf, checkOptions, show } from '@diff/checks';
import type { Example, RaterMask as Mask } from './example.js';

/** What `toExamples` needs to know of a case; a `Case` of `@diff/datasets` is one. */
export interface MultiRaterCase {
  id: string;
  image: Example['image'];
  annotations: Record<string, Record<string, Mask>>;
  diagnosis?: number;
}

export interface ToExamplesOptions {
  /** Which structures, in the order of the mask channels. Default: those of the first case, sorted by name. */
  structures?: readonly string[];
  /**
   * One mask from the raters' masks of a structure. `mean` (default): their mean vote, the paper's MV;
   * `{ rater }`: that rater's mask; or a function of the masks by rater.
   */
  fuse?: 'mean' | { rater: string } | ((masks: Record<string, Mask>, structure: string, id: string) => Mask);
  /**
   * Whose masks the examples carry besides, in which order: `all` is everybody who outlined anything in any case, sorted by
   * name. Default: nobody's.
   */
  raters?: 'all' | readonly string[];
  /** What becomes of a case that lacks a mask that is needed. Default `error`. */
  missing?: 'error' | 'skip';
}

/**
 * Makes training examples of cases that several raters outlined: one mask per structure, fused as `fuse` says, and with
 * `raters` every rater's mask beside it.
 *
 * @throws RangeError naming the case that lacks a structure or rater, unless `missing` is `skip`.
 */
export async function toExamples(
  cases: Iterable<MultiRaterCase> | AsyncIterable<MultiRaterCase>,
  options: ToExamplesOptions = {},
): Promise<Example[]> {
  checkOptions('toExamples', options, ['structures', 'fuse', 'raters', 'missing']);
  const { fuse = 'mean', missing = 'error', raters: wanted } = options;
  checkOneOf('toExamples', 'missing', missing, ['error', 'skip']);
  if (fuse !== 'mean' && typeof fuse !== 'function' && typeof fuse?.rater !== 'string')
    check(false, 'toExamples', 'fuse', fuse, "'mean', { rater } or a function", 'string');
  let { structures } = options;
  const examples: Example[] = [];
  const outlined: Record<string, Mask>[][] = [];
  for await (const { id, image, annotations, diagnosis } of cases) {
    structures ??= Object.keys(annotations).sort();
    const masks = structures.map((structure) => {
      const raters = annotations[structure] ?? {};
      if (fuse === 'mean') return Object.keys(raters).length ? average(Object.values(raters)) : undefined;
      if (typeof fuse === 'object') return raters[fuse.rater];
      return Object.keys(raters).length ? fused(fuse(raters, structure, id), structure, id) : undefined;
    });
    const absent = masks.indexOf(undefined);
    if (absent === -1) {
      examples.push({ id, image, masks: masks as Mask[], ...(diagnosis !== undefined && { diagnosis }) });
      outlined.push(structures.map((structure) => annotations[structure] ?? {}));
    } else if (missing === 'error')
      throw new RangeError(
        `toExamples: case "${id}" has no mask of ${structures[absent]}${typeof fuse === 'object' ? ` by ${fuse.rater}` : ''}`,
      );
  }
  if (!wanted) return examples;
  const everybody = () => [...new Set(outlined.flat().flatMap(Object.keys))].sort();
  const names = wanted === 'all' ? everybody() : wanted;
  return examples.map((example, i) => ({
    ...example,
    raters: outlined[i]!.map((masks) =>
      names.map((name) => (Object.hasOwn(masks, name) ? masks[name]! : null)),
    ),
  }));
}

function fused(mask: unknown, structure: string, id: string): Mask {
  if (mask instanceof Uint8Array || mask instanceof Float32Array) return mask;
  throw new TypeError(
    `toExamples: fuse gave ${show(mask)} for the ${structure} of case "${id}", expected a Uint8Array or Float32Array`,
  );
}

function average(masks: Mask[]): Float32Array {
  const mean = new Float32Array(masks[0]!.length);
  for (const mask of masks) for (let i = 0; i < mean.length; i++) mean[i]! += mask[i]! / masks.length;
  return mean;
}
