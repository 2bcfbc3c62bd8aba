import { check, checkOneOf, checkOptions, fail, namesInOrder, show } from '@diff/checks';
import type { Example, RaterMask as Mask } from './example.js';

/** What `toExamples` needs to know of a case; a `Case` of `@diff/datasets` is one. */
export interface MultiRaterCase {
  id: string;
  image: Example['image'];
  annotations: Record<string, Record<string, Mask>>;
  diagnosis?: number;
}

export interface ToExamplesOptions {
  /** Which structures, in the order of the mask channels. Needed where the first case has several; default: the only one. */
  structures?: readonly string[];
  /**
   * One mask from the raters' masks of a structure. `mean` (default): their mean vote, the paper's MV;
   * `{ rater }`: that rater's mask; or a function of the masks by rater.
   */
  fuse?: 'mean' | { rater: string } | ((masks: Record<string, Mask>, structure: string, id: string) => Mask);
  /**
   * Whose masks the examples carry besides, in which order: `all` is everybody who outlined anything in any case, sorted by
   * name. Where a rater in the list has no mask it is `null`, so that parts of a data set have the same raters. Default: nobody's.
   */
  raters?: 'all' | readonly string[];
  /** What becomes of a case that lacks a mask that is needed. Default: `error`. */
  missing?: 'error' | 'skip';
}

/**
 * Makes training examples of cases that several raters outlined: one mask per structure, fused as `fuse` says, and with
 * `raters` every rater's mask beside it.
 *
 * @throws RangeError naming the case that lacks a structure or rater, unless `missing` is `skip`; for a list of names that is empty
 * or has one twice, and where nobody in `raters` outlined anything.
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
  if (wanted !== undefined && wanted !== 'all') checkNames('raters', wanted, "'all' or a list of names");
  let { structures } = options;
  if (structures !== undefined) checkNames('structures', structures, 'a list of names');
  const examples: Example[] = [];
  const outlined: Record<string, Mask>[][] = [];
  for await (const { id, image, annotations, diagnosis } of cases) {
    const found = namesInOrder('toExamples', 'structures', structures, Object.keys(annotations));
    const byStructure = found.map((structure) => own(annotations, structure) ?? {});
    const masks = byStructure.map((raters, s) => {
      if (typeof fuse === 'object') return own(raters, fuse.rater);
      if (!Object.keys(raters).length) return undefined;
      return fuse === 'mean'
        ? average(Object.values(raters))
        : fused(fuse(raters, found[s]!, id), found[s]!, id);
    });
    const absent = masks.length ? masks.indexOf(undefined) : 0;
    if (absent === -1) {
      structures = found;
      examples.push({ id, image, masks: masks as Mask[], ...(diagnosis !== undefined && { diagnosis }) });
      outlined.push(byStructure);
    } else if (missing === 'error')
      throw new RangeError(
        `toExamples: case "${id}" has no mask${masks.length ? ` of ${found[absent]}` : ''}${typeof fuse === 'object' ? ` by ${fuse.rater}` : ''}`,
      );
  }
  if (!wanted) return examples;
  const everybody = [...new Set(outlined.flat().flatMap(Object.keys))].sort();
  const names = wanted === 'all' ? everybody : wanted;
  if (examples.length && !names.some((name) => everybody.includes(name)))
    check(false, 'toExamples', 'raters', names.join(', '), `some of ${everybody.join(', ')}`, 'string');
  return examples.map((example, i) => ({
    ...example,
    raters: outlined[i]!.map((masks) => names.map((name) => own(masks, name) ?? null)),
  }));
}

/** `constructor` and its like, which every object has, are nobody's names. */
function own<T>(record: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function checkNames(what: string, names: unknown, expected: string): asserts names is readonly string[] {
  if (!Array.isArray(names) || names.some((name) => typeof name !== 'string'))
    check(false, 'toExamples', what, names, expected, 'string');
  if (!names.length) fail('toExamples', `${what} is an empty list, expected ${expected}`);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) fail('toExamples', `${what} has ${show(twice)} twice, expected each name once`);
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
