import {
  check,
  checkInteger,
  checkNumber,
  checkObject,
  checkOneOf,
  checkOptions,
  checkSeed,
  checkString,
  fail,
} from '@diff/checks';
import { expectedAuc } from './causal-model.js';
import type { PhantomModel } from './phantom-case.js';
import type { PhantomKind } from './phantom-kind.js';
import { type RaterCharacter, raterCharacters } from './rater-characters.js';

/** What `phantom` can be asked for. Everything but `cases` changes the drawing; `cases` only says when to stop. */
export interface PhantomOptions {
  /** How many cases, at most 2²⁰. Default: 100. */
  cases?: number;
  /** Side of the image in pixels, from 16. Default: 64. */
  size?: number;
  /** The first so many of `raterCharacters[kind]`, or some of them by name, or characters of your own. Default: all. */
  raters?: number | readonly (string | RaterCharacter)[];
  /** Default: 0. */
  seed?: number;
  /**
   * Share of ill cases, in [0, 1]. Default, as in the paper (§4.1): fundus 0.1 (120 of 1200), thyroid 0.555 (2881 of
   * 5191), skin 0.195 (312 of 1600); lung 0.447, as in LIDC-IDRI (218 of 488 nodules that are not indeterminate).
   */
  prevalence?: number;
  /** Disease → true shape: standard deviations between the true severities of ill and healthy, from 0. Default: 1.8. */
  effect?: number;
  /** True shape → picture: correlation of the severity that the picture shows with the true one, in [0, 1]. Default: 0.65. */
  imageEvidence?: number;
  /** Disease → the patient's record, which raters know and the picture does not show, from 0. Default: 2.5. */
  clinicalEvidence?: number;
  /**
   * Where the picture shows the disease. `'edge'` (default): in the edge, and in signs that come with it. `'apart'`: in the edge
   * as far as `imageEvidence` goes, and in signs away from it, 3 on average in health and 9 in illness: bleedings around the
   * disc, specks of calcium in the nodule, blue-grey globules in the lesion, emphysema in the lung. With `imageEvidence: 0` the
   * edge tells nothing and the signs all.
   */
  signs?: 'edge' | 'apart';
  /** Multiplies every rater's awareness of that record; 0 blinds them to it. Default: 1. */
  awareness?: number;
  /** Width of the band over which edges fade and the true edge strays unseen; 0.25 is crisp, 2 is fog. Default: 1. */
  ambiguity?: number;
  /** Fundus only: a crop of about two disc diameters around the disc, or the whole photograph. Default: `'disc'`. */
  view?: 'disc' | 'whole';
}

const names = [
  'cases',
  'size',
  'raters',
  'seed',
  'prevalence',
  'effect',
  'imageEvidence',
  'clinicalEvidence',
  'signs',
  'awareness',
  'ambiguity',
  'view',
] as const satisfies readonly (keyof PhantomOptions)[];

const PREVALENCE: Record<PhantomKind, number> = {
  fundus: 120 / 1200,
  thyroid: 2881 / 5191,
  skin: 312 / 1600,
  lung: 218 / 488,
};

/** The options with their defaults filled in, checked. */
export function phantomModel(
  kind: PhantomKind,
  options: PhantomOptions = {},
  caller = 'phantom',
): PhantomModel {
  checkOneOf<string>(caller, 'kind', kind, Object.keys(PREVALENCE));
  checkOptions(caller, options, names);
  const number = (
    name: keyof PhantomOptions,
    fallback: number,
    low: number,
    high = Number.POSITIVE_INFINITY,
    whole = false,
  ) => {
    const { [name]: value = fallback } = options;
    if (whole) checkInteger(caller, name, value, low, high);
    else checkNumber(caller, name, value, low, high);
    return value;
  };
  const { view = 'disc', signs = 'edge', seed = 0, cases = 100 } = options;
  checkOneOf(caller, 'signs', signs, ['edge', 'apart']);
  checkOneOf(caller, 'view', view, ['disc', 'whole']);
  checkSeed(caller, seed);
  checkInteger(caller, 'cases', cases, 1, MOST_CASES);
  const awareness = number('awareness', 1, 0);
  return {
    kind,
    view,
    seed,
    size: number('size', 64, 16, 4096, true),
    prevalence: number('prevalence', PREVALENCE[kind], 0, 1),
    effect: number('effect', 1.8, 0),
    imageEvidence: number('imageEvidence', 0.65, 0, 1),
    clinicalEvidence: number('clinicalEvidence', 2.5, 0),
    signs,
    ambiguity: number('ambiguity', 1, 0.05, 5),
    raters: ratersOf(kind, options.raters, caller).map((rater) => ({
      ...rater,
      awareness: awareness * rater.awareness,
    })),
  };
}

/** Each has an entry in memory. */
const MOST_CASES = 2 ** 20;

/** How many cases to draw. */
export function casesOf(options: PhantomOptions): number {
  return options.cases ?? 100;
}

function ratersOf(
  kind: PhantomKind,
  asked: PhantomOptions['raters'],
  caller: string,
): readonly RaterCharacter[] {
  const known = raterCharacters[kind];
  if (asked === undefined) return known;
  if (typeof asked === 'number') {
    checkInteger(caller, 'raters', asked, 1, known.length);
    return known.slice(0, asked);
  }
  check(
    Array.isArray(asked),
    caller,
    'raters',
    asked,
    'a number, or an array of names or characters',
    'other',
  );
  const raters = asked.map((rater) => {
    if (typeof rater !== 'string') return checkedCharacter(rater, caller);
    const names = known.map(({ name }) => name);
    checkOneOf(caller, 'raters', rater, names);
    return known[names.indexOf(rater)]!;
  });
  const names = new Set(raters.map(({ name }) => name));
  if (raters.length === 0 || names.size < raters.length) {
    fail(
      caller,
      `raters has ${raters.length} names, ${names.size} different ones, expected one or more, each once`,
    );
  }
  return raters;
}

const CHARACTER_RANGES: Record<Exclude<keyof RaterCharacter, 'name'>, [low: number, high: number]> = {
  insight: [0, 1],
  awareness: [-10, 10],
  noise: [0, 10],
  lean: [-10, 10],
  margin: [-0.5, 0.5],
  wobble: [0, 0.3],
  blunders: [0, 1],
  missing: [0, 1],
};

function checkedCharacter(rater: RaterCharacter, caller: string): RaterCharacter {
  checkObject(caller, 'raters', rater, 'names, or characters');
  checkOptions(`${caller}: raters`, rater, ['name', ...Object.keys(CHARACTER_RANGES)]);
  checkString(caller, 'raters.name', rater.name);
  for (const [name, [low, high]] of Object.entries(CHARACTER_RANGES))
    checkNumber(caller, `raters.${name}`, rater[name as keyof typeof CHARACTER_RANGES], low, high);
  return rater;
}

/**
 * The area under the ROC curve that the causal model of `phantom(kind, options)` predicts for the biomarker (vCDR,
 * taller-than-wide, irregularity, diameter) read from the true masks (`'truth'`), from what the picture shows (`'image'`: no
 * network that sees pictures alone can do better), from the number of signs apart from its edge (`'signs'`; 0.5 where there
 * are none), or from the masks of the rater of that name.
 */
export function predictedAuc(kind: PhantomKind, of: string, options: PhantomOptions = {}): number {
  const model = phantomModel(kind, options, 'predictedAuc');
  if (of === 'truth' || of === 'image' || of === 'signs') return expectedAuc(model, of);
  const names = model.raters.map(({ name }) => name);
  checkOneOf('predictedAuc', 'of', of, ['truth', 'image', 'signs', ...names]);
  return expectedAuc(model, model.raters[names.indexOf(of)]!);
}
