import type { Case, Diagnosis } from '../dataset/case.js';
import { type Stream, stream } from '../dataset/stream.js';
import { type Anatomy, type FundusView, type Hand, stillHand } from './anatomy.js';
import { type CausalModel, type Latents, latentsOf, readingOf, signsOf } from './causal-model.js';
import { boxOf, type Contour, combined, harmonics, rasterised } from './contour.js';
import { fundus } from './fundus.js';
import { lung } from './lung.js';
import type { PhantomKind } from './phantom-kind.js';
import type { RaterCharacter } from './rater-characters.js';
import { skin } from './skin.js';
import { thyroid } from './thyroid.js';

export interface PhantomModel extends CausalModel {
  kind: PhantomKind;
  size: number;
  seed: number;
  prevalence: number;
  ambiguity: number;
  view: FundusView;
  raters: readonly RaterCharacter[];
}

/** What is true of a phantom case and stands nowhere in its image: `case.meta.truth`. */
export interface PhantomTruth extends Latents {
  /** `vCDR`, `tallerThanWide`, `irregularity` or `diameter`, exactly, of the true shape. */
  biomarker: { name: string; value: number };
  /** The true shape of each structure. */
  masks: Record<string, Uint8Array>;
  /** Severity that each rater drew, the biomarker that comes of it, and whether the rater blundered. */
  raters: Record<string, { severity: number; biomarker: number; blunder: boolean }>;
}

const ANATOMY: Record<PhantomKind, Anatomy<unknown>> = { fundus, thyroid, skin, lung } as Record<
  PhantomKind,
  Anatomy<unknown>
>;

export function structuresOf(kind: PhantomKind): readonly string[] {
  return ANATOMY[kind].structures;
}

/** Case `index`: a function of its arguments alone, so that cases can be drawn in any order and as often as wanted. */
export function phantomCase(model: PhantomModel, index: number): Case {
  const { kind, size, seed, ambiguity, view } = model;
  const id = phantomId(kind, index);
  const anatomy = ANATOMY[kind];
  const { patient, ...outlined } = annotated(model, index);
  const picture = stream(seed, kind, index, 'picture');
  const { visible, signs: count } = outlined.truth;
  const signs = count === undefined ? undefined : { count, random: stream(seed, kind, index, 'signs') };
  return {
    id,
    patient: id,
    image: anatomy.paint(patient, visible, picture, { size, ambiguity, view, signs }),
    annotations: outlined.annotations,
    diagnosis: outlined.diagnosis,
    meta: { truth: outlined.truth },
  };
}

export function phantomId(kind: PhantomKind, index: number): string {
  return `${kind}-${String(index).padStart(5, '0')}`;
}

/** Everything of a case but its picture. */
export function annotated(model: PhantomModel, index: number) {
  const { kind, size, seed, ambiguity, view } = model;
  const anatomy = ANATOMY[kind];
  const { structures, biomarker } = anatomy;
  const random = (...purpose: string[]) => stream(seed, kind, index, ...purpose);
  const diagnosis = diagnosisOf(model, index);
  const latents = latentsOf(model, diagnosis, random('latents'));
  const patient = anatomy.patient(random('patient'), view);
  const hidden = structures.map((structure) => wobble(random('hidden', structure), HIDDEN * ambiguity));
  const masksAt = (severity: number, hands: Hand[]) =>
    nested(structures, anatomy.contours(patient, severity, hands), size);

  const truth: PhantomTruth = {
    ...latents,
    ...(model.signs === 'apart' && { signs: signsOf(diagnosis, random('count of signs')) }),
    biomarker: { name: biomarker.name, value: biomarker.of(latents.severity) },
    masks: masksAt(latents.severity, hidden),
    raters: {},
  };
  const annotations: Case['annotations'] = Object.fromEntries(structures.map((structure) => [structure, {}]));
  for (const rater of presentRaters(model, index)) {
    const { severity, blunder } = readingOf(latents, rater, random('reading', rater.name));
    const hands = hidden.map((edge, k) =>
      handOf(rater, edge, blunder, random('hand', rater.name, structures[k]!)),
    );
    truth.raters[rater.name] = { severity, biomarker: biomarker.of(severity), blunder };
    const masks = masksAt(severity, hands);
    for (const structure of structures) annotations[structure]![rater.name] = masks[structure]!;
  }
  return { diagnosis, annotations, truth, patient };
}

/** How far, in radii, the true edge strays from where the picture shows it for reasons that no one can see. */
const HIDDEN = 0.04;

function wobble(random: Stream, amount: number): Hand {
  const slow = combined([amount, harmonics(random, 0, 2, 0.5)]);
  const fast = combined([0.6 * amount, harmonics(random, 3, 7, 1)]);
  return { ...stillHand, slow, fast };
}

function handOf(rater: RaterCharacter, edge: Hand, blunder: boolean, random: Stream): Hand {
  const own = wobble(random, rater.wobble);
  const slip = blunder ? 0.3 : 0;
  return {
    margin: Math.log(1 + rater.margin),
    slow: combined([rater.insight, edge.slow], [1, own.slow]),
    fast: combined([rater.insight, edge.fast], [1, own.fast]),
    dx: random.normal(0, 0.5 * rater.wobble + slip),
    dy: random.normal(0, 0.5 * rater.wobble + slip),
  };
}

/** Masks of structures, each kept within the one before it, and never empty. */
function nested(
  structures: readonly string[],
  contours: Contour[],
  size: number,
): Record<string, Uint8Array> {
  let outer: Uint8Array | undefined;
  const masks: Record<string, Uint8Array> = {};
  structures.forEach((structure, k) => {
    const mask = rasterised(contours[k]!, size);
    if (!mask.includes(1)) mask[middlePixel(contours[k]!, size)] = 1;
    if (outer) for (let i = 0; i < mask.length; i++) mask[i]! &= outer[i]!;
    masks[structure] = mask;
    outer = mask;
  });
  return masks;
}

function middlePixel(contour: Contour, size: number): number {
  const { left, right, top, bottom } = boxOf(contour);
  const pixel = (low: number, high: number) =>
    Math.min(size - 1, Math.max(0, Math.floor(((low + high) / 2) * size)));
  return pixel(top, bottom) * size + pixel(left, right);
}

/** Who outlined the case: each rater leaves some out, but a case that all would leave out is outlined by the first. */
export function presentRaters(
  { kind, seed, raters }: PhantomModel,
  index: number,
): readonly RaterCharacter[] {
  const present = raters.filter(
    (rater) => !stream(seed, kind, index, 'missing', rater.name).chance(rater.missing),
  );
  return present.length > 0 ? present : raters.slice(0, 1);
}

const BLOCK = 20;

/**
 * Whether case `index` is ill. Of every 20 cases in a row as many are as makes the total so far the nearest to the
 * prevalence, so that small sets have their share too; which of the 20 is drawn by lot.
 */
export function diagnosisOf({ kind, seed, prevalence }: PhantomModel, index: number): Diagnosis {
  const block = Math.floor(index / BLOCK);
  const upTo = (blocks: number) => Math.round(prevalence * BLOCK * blocks);
  const lots = stream(seed, kind, 'lots', block);
  const drawn = Array.from({ length: BLOCK }, () => lots.uniform());
  const rank = drawn.filter((lot) => lot < drawn[index % BLOCK]!).length;
  return rank < upTo(block + 1) - upTo(block) ? 1 : 0;
}
