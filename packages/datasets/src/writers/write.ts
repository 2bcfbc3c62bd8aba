import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  check,
  checkCallbacks,
  checkFunction,
  checkOneOf,
  checkOptions,
  checkSignal,
  checkString,
  fail,
} from '@diff/checks';
import type { Case, Mask } from '../dataset/case.js';
import type { Dataset } from '../dataset/dataset.js';
import { buBil } from './bu-bil.js';
import { ddti } from './ddti.js';
import { drishti } from './drishti.js';
import { folder } from './folder.js';
import { gleason } from './gleason.js';
import { isic2016, isic2017, isic2018, isicMultiMask } from './isic.js';
import { lidc } from './lidc.js';
import { LOSSES, type Lost, lostOfDataset, lostOfPixels, lostOfRow, type WriteLoss } from './losses.js';
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

/** The layouts that `write` can write. */
export type LayoutName = keyof typeof LAYOUTS;

export const LAYOUT_NAMES = Object.keys(LAYOUTS) as LayoutName[];

export interface WriteOptions {
  /** Which of several structures goes into a layout that holds one. */
  structure?: string;
  /** What may be lost. Default: nothing, so that what the layout cannot hold is an error that names it. */
  allow?: readonly WriteLoss[];
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
 * | `folder` | `folder` | PNG, TIFF or NIfTI | PNG, TIFF or NIfTI | each, by name | CSV |
 *
 * `folder` leaves a manifest, `diff-dataset.json`, with the patterns of its files, so that `openAny` reads it.
 *
 * Nothing is lost in silence: what a layout cannot hold (see `WriteLoss`) is refused unless `allow` names it. Some things
 * change all the same: case numbers replace ids, the layout's own name replaces that of a single structure, splits are `train` where a
 * case names none, and pixels stored as JPEG come back nearly as they were.
 *
 * *Agreed*: the layout has one mask per structure, so what at least half of the raters put inside is written. Masks come
 * back bit for bit from all of them where they are 0 and 1 (from outlines and contours: where they have no holes);
 * images from PNG, TIFF
 * and NIfTI where they are grey or colour as the layout is.
 *
 * @throws RangeError where the layout cannot hold what the dataset has, or a case has no image; the
 * signal's reason on abort.
 */
export async function write(
  dataset: Dataset,
  root: string,
  layout: LayoutName,
  options: WriteOptions = {},
): Promise<void> {
  checkString('write', 'root', root);
  checkOneOf('write', 'layout', layout, LAYOUT_NAMES);
  checkOptions('write', options, ['structure', 'allow', 'signal', 'onProgress']);
  const { structure, allow = [], signal, onProgress } = options;
  if (structure !== undefined) checkString('write', 'structure', structure);
  check(Array.isArray(allow), 'write', 'allow', allow, 'an array', 'other');
  for (const loss of allow) checkOneOf('write', 'allow', loss, LOSSES);
  checkSignal('write', signal);
  checkCallbacks('write', options, ['onProgress']);
  checkFunction('write', 'dataset.cases', dataset?.cases);
  const output: OutputLayout = LAYOUTS[layout];
  const structures = structuresFor(layout, output, dataset, structure);
  if (output.raters !== undefined && dataset.raters.length > output.raters)
    fail('write', `${layout} holds ${output.raters} raters, the dataset has ${dataset.raters.length}`);
  const refuse = (lost: readonly Lost[]) => {
    const refused = lost.filter(({ loss }) => !allow.includes(loss));
    if (refused.length === 0) return;
    const list = refused.map(({ loss, how }) => `${loss} (${how})`).join(', ');
    const names = refused.map(({ loss }) => `'${loss}'`).join(', ');
    fail(
      'write',
      `${layout} cannot hold ${list}; layout 'folder' holds most, allow: [${names}] goes without`,
    );
  };
  output.check?.(dataset, structures);
  refuse(lostOfDataset(dataset, structures, output.keeps, structure !== undefined));

  const rows: Row[] = [];
  const patients = new Map<string, { number: number; cases: number }>();
  const seen = new Set<string>();
  for await (const one of dataset.cases({ signal })) {
    refuse([...lostOfRow(one, output.keeps, seen), ...lostOfPixels(one, structures, output.keeps)]);
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
    await put(root, await output.files(writable(one, row, dataset.raters, layout), structures), signal);
    rows.push(row);
    onProgress?.(rows.length, dataset.length);
  }
  if (output.tables) await put(root, await output.tables(rows, structures, dataset.raters), signal);
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
  fail(
    'write',
    `${layout} needs ${expected}, the dataset has ${held.join(', ') || 'none'}, expected such structures`,
  );
}

function splitOf(named: string | undefined): Row['split'] {
  if (/^val/i.test(named ?? '')) return 'validation';
  return /^test/i.test(named ?? '') ? 'test' : 'train';
}

function writable(one: Case, row: Row, raters: readonly string[], layout: string): Writable {
  if (one.image.channels === 0) fail('write', `case ${one.id} has no image, expected one`);
  if ((one.image.depth ?? 1) > 1 && layout !== 'folder')
    fail(
      'write',
      `case ${one.id} is a volume of ${one.image.depth} slices, which the layout 'folder' alone holds`,
    );
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
