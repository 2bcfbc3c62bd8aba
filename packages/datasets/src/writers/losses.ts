import type { Case, Diagnosis, Mask } from '../dataset/case.js';
import type { Dataset } from '../dataset/dataset.js';
import { polygonMask } from '../images/polygon.js';
import { outlines } from '../images/trace-outline.js';
import type { Keeps } from './output.js';

/** What a layout may be unable to hold. */
export const LOSSES = [
  'patients',
  'raters',
  'rater names',
  'structures',
  'splits',
  'diagnoses',
  'colour',
  'degrees',
  'shape',
  'geometry',
] as const;

/**
 * - `'patients'`: which cases are of one patient. A split of what is read back can put a patient on both sides.
 * - `'raters'`: one mask remains of several raters.
 * - `'rater names'`: raters come back under other names.
 * - `'structures'`: structures that the layout has no place for.
 * - `'splits'`: a case comes back in another split, or in none.
 * - `'diagnoses'`: a case comes back without its diagnosis, or an unknown one as 0.
 * - `'colour'`: a colour image comes back grey.
 * - `'degrees'`: masks of degrees between 0 and 1 come back as 0 and 1.
 * - `'shape'`: an outline cannot hold holes, or more than one part of a mask in several parts.
 * - `'geometry'`: `spacing` and `affine` of the image.
 */
export type WriteLoss = (typeof LOSSES)[number];

export interface Lost {
  loss: WriteLoss;
  /** In words: what would become of what. */
  how: string;
}

/** What the layout cannot hold of whose cases there are, judged by the entries alone. */
export function lostOfDataset(
  { entries, raters, structures }: Pick<Dataset, 'entries' | 'raters' | 'structures'>,
  written: readonly string[],
  keeps: Keeps,
  chosen: boolean,
): Lost[] {
  const lost: Lost[] = [];
  const left = structures.filter((name) => !written.includes(name));
  if (left.length && !chosen) lost.push({ loss: 'structures', how: `no place for ${left.join(', ')}` });
  if (typeof keeps.raters === 'string') {
    if (raters.length > 1) lost.push({ loss: 'raters', how: `one mask of ${raters.length} raters` });
    else if (raters.length && raters[0] !== keeps.raters) lost.push(renamed(raters[0]!, keeps.raters));
  } else {
    const { raters: nameOf } = keeps;
    const other = raters.findIndex((name, i) => nameOf(i + 1, name) !== name);
    if (other >= 0) lost.push(renamed(raters[other]!, nameOf(other + 1, raters[other]!)));
  }
  const seen = new Set<string>();
  for (const entry of entries) lost.push(...lostOfRow(entry, keeps, seen));
  return [...new Map(lost.reverse().map((one) => [one.loss, one])).values()].reverse();
}

const renamed = (name: string, after: string): Lost => ({
  loss: 'rater names',
  how: `"${name}" comes back as "${after}"`,
});

/** What it cannot hold of what its tables say of a case; `seen` are the patients until now. */
export function lostOfRow(
  { id, patient, split, diagnosis }: { id: string; patient?: string; split?: string; diagnosis?: Diagnosis },
  keeps: Keeps,
  seen: Set<string>,
): Lost[] {
  const lost: Lost[] = [];
  if (patient !== undefined && seen.has(patient) && !keeps.patients)
    lost.push({ loss: 'patients', how: `${id} is not the only case of ${patient}` });
  seen.add(patient ?? id);
  const known = keeps.splits === 'any' || keeps.splits.includes(split ?? '');
  if (split !== undefined && !known) lost.push({ loss: 'splits', how: `${id} is in "${split}"` });
  if (diagnosis !== undefined && !keeps.diagnoses) lost.push({ loss: 'diagnoses', how: `${id} has one` });
  if (diagnosis === undefined && keeps.diagnoses === 'all known' && /^(?:train.*)?$/.test(split ?? ''))
    lost.push({ loss: 'diagnoses', how: `that of ${id} is unknown and comes back as 0` });
  return lost;
}

/** What it cannot hold of the pixels of a case. */
export function lostOfPixels(
  { id, image, annotations }: Case,
  structures: readonly string[],
  keeps: Keeps,
): Lost[] {
  const lost: Lost[] = [];
  if (!keeps.colour && isColour(image)) lost.push({ loss: 'colour', how: `the image of ${id} has some` });
  if (!keeps.geometry && (image.affine ?? image.spacing))
    lost.push({ loss: 'geometry', how: `the image of ${id} has a spacing` });
  const masks = structures.flatMap((structure) => Object.values(annotations[structure] ?? {}));
  if (!keeps.degrees && masks.some(isSoft))
    lost.push({ loss: 'degrees', how: `a mask of ${id} has values between 0 and 1` });
  if (keeps.outlines && !masks.every((mask) => isOutlined(mask, image, keeps.outlines!)))
    lost.push({ loss: 'shape', how: `a mask of ${id} has holes or several parts` });
  return lost;
}

function isColour({ data, channels }: Case['image']): boolean {
  if (channels < 3) return false;
  for (let i = 0; i < data.length; i += channels)
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return true;
  return false;
}

const isSoft = (mask: Mask) =>
  mask instanceof Float32Array && mask.some((value) => value !== 0 && value !== 1);

function isOutlined(mask: Mask, { width, height }: Case['image'], parts: 'one' | 'several'): boolean {
  const found = outlines(mask, width, height);
  if (parts === 'one' && found.length > 1) return false;
  const filled = polygonMask(found, width, height);
  return filled.every((value, i) => value === (mask[i]! > 0.5 ? 1 : 0));
}
