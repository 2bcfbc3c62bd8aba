import type { Diagnosis } from '../dataset/case.js';
import type { Dataset } from '../dataset/dataset.js';
import { DataError, messageOf, type Problem } from '../dataset/problem.js';
import { parseXml, XML_LIMIT } from '../formats/xml.js';
import { drawRegions, regionsOf } from './reading/ddti-regions.js';
import type { DrawContext, FileEntry } from './reading/file-entry.js';
import { noting } from './reading/label.js';
import { type Layout, type Listing, openLayout } from './reading/layout.js';
import type { LoaderOptions } from './reading/options.js';
import { natural, type Tree } from './reading/tree.js';

/** TI-RADS categories that DDTI has, from benign to malignant. */
const TIRADS = ['2', '3', '4a', '4b', '4c', '5'] as const;

export interface DdtiOptions extends LoaderOptions {
  /** The lowest TI-RADS category that counts as malignant. Default: `'4a'`. */
  malignantFrom?: (typeof TIRADS)[number];
}

const XML = /(?:^|\/)(?<number>\d+)\.xml$/;
const IMAGE = /(?:^|\/)(?<number>\d+)_(?<k>\d+)\.jpe?g$/i;
const ABOUT = [
  'age',
  'sex',
  'composition',
  'echogenicity',
  'margins',
  'calcifications',
  'reportbacaf',
  'reporteco',
];

export const ddtiLayout: Layout<DdtiOptions> = {
  name: 'ddti',
  options: ['malignantFrom'],
  expects: 'N.xml and N_k.jpg',
  recognises: (tree) =>
    tree.paths.some((path) => XML.test(path)) && tree.paths.some((path) => IMAGE.test(path)),
  list: listDdti,
};

export async function listDdti(tree: Tree, { malignantFrom = '4a' }: DdtiOptions): Promise<Listing> {
  if (!TIRADS.includes(malignantFrom)) {
    throw new RangeError(`ddti: malignantFrom is "${malignantFrom}", expected one of ${TIRADS.join(', ')}`);
  }
  const problems: Problem[] = [];
  const entries = new Map<string, FileEntry>();
  for (const { path, groups } of tree.match(IMAGE)) {
    const id = `${groups.number}_${groups.k}`;
    if (entries.has(id)) problems.push({ path, reason: `a second image ${id}`, outcome: 'skipped' });
    else entries.set(id, { id, patient: groups.number, image: path, masks: [] });
  }
  const described = new Set<string>();
  for (const { path, groups } of tree.match(XML)) {
    described.add(groups.number!);
    await noting(problems, async () => addCase(await readCase(tree, path), path, groups.number!));
  }
  for (const { id, image, patient } of entries.values()) {
    if (!described.has(patient!))
      problems.push({ path: image, reason: `no ${patient}.xml`, id, outcome: 'kept' });
  }

  function addCase(about: Record<string, unknown>, path: string, number: string): void {
    const tirads = textOf(about.tirads);
    const rank = TIRADS.indexOf(tirads as (typeof TIRADS)[number]);
    if (tirads && rank < 0) problems.push({ path, reason: `unknown TI-RADS "${tirads}"`, outcome: 'kept' });
    const diagnosis: Diagnosis | undefined =
      rank < 0 ? undefined : rank >= TIRADS.indexOf(malignantFrom) ? 1 : 0;
    if (textOf(about.number) !== number) {
      problems.push({ path, reason: `says that it is number ${textOf(about.number)}`, outcome: 'kept' });
    }
    const meta = { tirads, ...Object.fromEntries(ABOUT.map((key) => [key, textOf(about[key])])) };
    for (const entry of entries.values()) {
      if (entry.patient === number)
        Object.assign(entry, { meta, ...(diagnosis !== undefined && { diagnosis }) });
    }
    const marked = new Set<string>();
    for (const mark of listOf(about.mark)) {
      const id = `${number}_${textOf(mark.image)}`;
      const entry = entries.get(id);
      if (!entry) problems.push({ path, reason: `marks ${id}.jpg, which is not there`, outcome: 'skipped' });
      else if (marked.has(id))
        problems.push({ path, reason: `marks image ${id} twice`, id, outcome: 'kept' });
      else {
        const regions = regionsOf(textOf(mark.svg), (reason, outcome) => {
          problems.push({ path, reason: `image ${id}: ${reason}`, id, outcome });
        });
        const draw = ({ image, note }: DrawContext) => drawRegions(regions, image, note);
        if (regions.length) entry.masks.push({ structure: 'nodule', rater: '1', path, draw });
      }
      marked.add(id);
    }
    for (const { id, image, patient } of entries.values()) {
      if (patient === number && !marked.has(id)) {
        problems.push({ path: image, reason: `${path} has no mark for it`, id, outcome: 'kept' });
      }
    }
  }

  return {
    entries: [...entries.values()].sort((a, b) => natural(a.id, b.id)),
    problems,
    structures: ['nodule'],
    panel: ['1'],
    channels: 1,
    // Files of cases without a picture hold nothing that could be shown.
    passedOver: XML,
  };
}

async function readCase(tree: Tree, path: string): Promise<Record<string, unknown>> {
  const text = (await tree.read(path, XML_LIMIT)).toString('utf8');
  try {
    const about = parseXml(text, ['mark']).case;
    if (typeof about === 'object' && about !== null) return about as Record<string, unknown>;
  } catch (cause) {
    throw new DataError(path, messageOf(cause), { cause });
  }
  throw new DataError(path, 'has no <case>');
}

const textOf = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
const listOf = (value: unknown) => (Array.isArray(value) ? (value as Record<string, unknown>[]) : []);

/**
 * DDTI: thyroid ultrasound as published, `N.xml` with TI-RADS and outlines, `N_k.jpg`. One case per image; the patient is N.
 * Structure `nodule` (all of an image's regions together), one rater, `1`; what else the XML says is in `meta`.
 *
 * - **Diagnosis**: TI-RADS 2 and 3 are 0; 4a, 4b, 4c and 5 are 1 (`malignantFrom` moves the cut); empty is undefined.
 * - **Where from**: Universidad Nacional de Colombia, http://cimalab.unal.edu.co. Open access, nothing to ask for.
 * - **Licence**: open access; cite the paper.
 * - **Cite**: Pedraza et al., An open access thyroid ultrasound image database, SIPAIM 2015 (SPIE 9287).
 * - **Split**: none was published. The DiFF paper joins it with TNSCUI to TNMIX, see {@link tnmix}.
 * - **Known to be wrong**: of 289 marks one has no image (142_2) and four are empty (62_3, 120_1, 233_1, 389_1); 62
 *   patients have no TI-RADS; some pictures have theirs written into them (crop around the nodule to learn from the
 *   tissue); TI-RADS is a radiologist's suspicion, not pathology. In some copies the JSON of 197 and
 *   205 is broken. The repackaged copy of 637 preprocessed images comes with a `category.csv` that its maker calls forged
 *   and unfit for classification: it is not read; malignancy is taken from the raw TI-RADS alone.
 */
export function ddti(root: string, options: DdtiOptions = {}): Promise<Dataset> {
  return openLayout(ddtiLayout, root, options);
}
