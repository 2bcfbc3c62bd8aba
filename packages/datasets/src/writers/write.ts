import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Case, Mask } from '../dataset/case.js';
import type { Dataset } from '../dataset/dataset.js';
import { buBil } from './bu-bil.js';
import { ddti } from './ddti.js';
import { drishti } from './drishti.js';
import { folder } from './folder.js';
import { gleason } from './gleason.js';
import { isic2016, isic2017, isic2018, isicMultiMask } from './isic.js';
import { lidc } from './lidc.js';
import type { OutputFile, OutputLayout, Row, Writable } from './output.js';
import { papila } from './papila.js';
import { qubiq } from './qubiq.js';
import { refuge, refuge2, refugeMultiRater } from './refuge2.js';
import { riga, rigaPrepared } from './riga.js';
import { tnscui } from './tnscui.js';

const LAYOUTS = {
  'bu-bil': buBil,
  ddti,
  drishti,
  folder,
  gleason,
  'isic-2016': isic2016,
  'isic-2017': isic2017,
  'isic-2018': isic2018,
  'isic-multi-mask': isicMultiMask,
  lidc,
  papila,
  qubiq,
  refuge,
  'refuge-multi-rater': refugeMultiRater,
  refuge2,
  riga,
  'riga-prepared': rigaPrepared,
  tnscui,
} satisfies Record<string, OutputLayout>;

export type LayoutName = keyof typeof LAYOUTS;

export interface WriteOptions {
  /** Of a dataset with several structures, the one that goes into a layout of one. */
  structure?: string;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Writes a dataset as one of the layouts that the loaders read. Files appear whole or not at all (written beside their
 * place, then renamed), tables last; an interrupted call can be made again and overwrites.
 *
 * | layout | loader | images | masks | raters | diagnosis |
 * |---|---|---|---|---|---|
 * | `refuge`, `refuge2` | `refuge2` | JPEG | grey BMP or PNG | agreed | folders, XLSX, CSV |
 * | `refuge-multi-rater` | `refuge2` | JPEG | PNG | each | names, XLSX |
 * | `tnscui` | `tnscui` | grey PNG | PNG | each | CSV |
 * | `ddti` | `ddti` | grey JPEG | polygons in XML | agreed | TI-RADS 3 or 4c |
 * | `isic-2016`, `-2017`, `-2018` | `isic` | JPEG | PNG | agreed | CSV |
 * | `isic-multi-mask` | `isic` | JPEG | PNG | each | CSV |
 * | `lidc` | `lidc` | grey PNG | PNG | up to 4 | ratings 2 or 4 |
 * | `riga` | `riga` | TIFF | contours drawn on the image | up to 6 | none |
 * | `riga-prepared` | `riga` | PNG | PNG | up to 6, and agreed | CSV |
 * | `qubiq` | `qubiq` | grey NIfTI | NIfTI | each | none |
 * | `papila` | `papila` | JPEG | contours as text | up to 2 | XLSX |
 * | `drishti` | `drishti` | PNG | soft PNG | their mean | CSV |
 * | `gleason` | `gleason` | JPEG | PNG of classes | up to 6 | none |
 * | `bu-bil` | `buBil` | grey PNG | PNG | each, and agreed | none |
 * | `folder` | `folder` | PNG | PNG | each, by name | CSV |
 *
 * What `folder` writes is read by `{ image: 'images/{id}.png', mask: 'masks/{structure}/{rater}/{id}.png', label: { file:
 * 'labels.csv', id: 'id', diagnosis: 'diagnosis', patient: 'patient', split: 'split' } }`.
 *
 * *Agreed*: the layout has one mask a structure, so what at least half of the raters put inside is written. Masks come
 * back bit for bit from all of them where they are 0 and 1 (from outlines and contours: where they have no holes);
 * images from PNG, TIFF and NIfTI where they are grey or colour as the layout is. Case numbers replace ids; splits are `train`,
 * `validation` and `test` by their first letters, `train` where a case names none. Diagnoses of unknown cases are left out.
 *
 * @throws RangeError where the layout cannot hold the dataset's structures or raters, or a case has no image; the
 * signal's reason on abort.
 */
export async function write(
  dataset: Dataset,
  root: string,
  layout: LayoutName,
  options: WriteOptions = {},
): Promise<void> {
  if (!Object.hasOwn(LAYOUTS, layout)) {
    throw new RangeError(
      `write: layout is ${JSON.stringify(layout)}, expected one of ${Object.keys(LAYOUTS).join(', ')}`,
    );
  }
  const output: OutputLayout = LAYOUTS[layout];
  const structures = structuresFor(layout, output, dataset, options.structure);
  if (output.raters !== undefined && dataset.raters.length > output.raters) {
    throw new RangeError(
      `write: ${layout} holds ${output.raters} raters, the dataset has ${dataset.raters.length}`,
    );
  }
  const rows: Row[] = [];
  const patients = new Map<string, { number: number; cases: number }>();
  for await (const one of dataset.cases({ signal: options.signal })) {
    const patientName = one.patient ?? one.id;
    const patient = patients.get(patientName) ?? { number: patients.size + 1, cases: 0 };
    patients.set(patientName, { ...patient, cases: patient.cases + 1 });
    const row: Row = {
      id: one.id,
      number: rows.length + 1,
      patient: patient.number,
      patientName,
      ofPatient: patient.cases,
      split: splitOf(one.split),
      named: one.split,
      diagnosis: one.diagnosis,
    };
    await put(root, await output.files(writable(one, row, dataset.raters), structures), options.signal);
    rows.push(row);
    options.onProgress?.(rows.length, dataset.length);
  }
  if (output.tables) await put(root, await output.tables(rows, structures, dataset.raters), options.signal);
}

function structuresFor(
  layout: string,
  { structures }: OutputLayout,
  dataset: Dataset,
  wanted: string | undefined,
): readonly string[] {
  const held =
    wanted === undefined ? dataset.structures : dataset.structures.filter((name) => name === wanted);
  const fits =
    structures === 'any'
      ? held.length > 0
      : structures === 'one'
        ? held.length === 1
        : structures.every((name) => held.includes(name));
  if (fits) return typeof structures === 'string' ? held : structures;
  const expected =
    structures === 'any'
      ? 'some'
      : structures === 'one'
        ? 'one (option structure)'
        : structures.join(' and ');
  throw new RangeError(`write: ${layout} needs ${expected}, the dataset has ${held.join(', ') || 'none'}`);
}

function splitOf(named: string | undefined): Row['split'] {
  if (/^val/i.test(named ?? '')) return 'validation';
  return /^test/i.test(named ?? '') ? 'test' : 'train';
}

function writable(one: Case, row: Row, raters: readonly string[]): Writable {
  if (one.image.channels === 0) throw new RangeError(`write: case ${one.id} has no image, expected one`);
  const masks = (structure: string) =>
    raters.flatMap((rater, k) => {
      const mask = one.annotations[structure]?.[rater];
      return mask ? [{ rater, number: k + 1, mask }] : [];
    });
  return { ...row, image: one.image, masks, agreed: (structure) => agreed(masks(structure), one.image) };
}

function agreed(masks: { mask: Mask }[], { width, height }: Case['image']): Mask {
  if (masks.length === 1) return masks[0]!.mask;
  const sum = new Float32Array(width * height);
  for (const { mask } of masks) for (let i = 0; i < sum.length; i++) sum[i]! += mask[i]!;
  return Uint8Array.from(sum, (value) => (masks.length > 0 && value >= masks.length / 2 ? 1 : 0));
}

async function put(
  root: string,
  files: readonly OutputFile[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [path, bytes] of files) {
    signal?.throwIfAborted();
    const target = join(root, path);
    const folderOf = dirname(target);
    // Hidden, so that a loader passes over what a killed process left.
    const beside = join(folderOf, `.${randomUUID()}.tmp`);
    await mkdir(folderOf, { recursive: true });
    try {
      await writeFile(beside, bytes);
      await rename(beside, target);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  }
}
