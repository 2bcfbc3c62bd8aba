import type { Diagnosis } from '../dataset/case.js';
import type { Dataset } from '../dataset/dataset.js';
import { DataError, type Problem } from '../dataset/problem.js';
import { readCells } from '../formats/table.js';
import { polygonMask } from '../images/polygon.js';
import type { DrawContext, FileEntry } from './reading/file-entry.js';
import { noting } from './reading/label.js';
import { type Layout, openLayout } from './reading/layout.js';
import type { LoaderOptions } from './reading/options.js';
import type { Tree } from './reading/tree.js';

export interface PapilaOptions extends LoaderOptions {
  /** What a suspected glaucoma (diagnosis 2) counts as. Default: `undefined`, not settled. */
  suspects?: Diagnosis;
}

const IMAGE = /(?:^|\/)FundusImages\/(?<id>RET(?<number>\d+)O(?<eye>[DS]))\.jpe?g$/i;
const CONTOUR = /(?:^|\/)Contours\/(?<id>RET\d+O[DS])_?(?<structure>cup|disc)_exp(?<rater>\d+)\.txt$/i;
const TABLE = /(?:^|\/)patient_data_o(?<eye>[ds])\.(?:xlsx|csv)$/i;

export const papilaLayout: Layout<PapilaOptions> = {
  name: 'papila',
  options: ['suspects'],
  expects: 'FundusImages/RET002OD.jpg and ExpertsSegmentations/Contours/RET002OD_{disc,cup}_exp{1,2}.txt',
  recognises: (tree) =>
    tree.paths.some((path) => IMAGE.test(path)) && tree.paths.some((path) => CONTOUR.test(path)),
  async list(tree, { suspects }) {
    const problems: Problem[] = [];
    const entries = new Map<string, FileEntry>();
    for (const { path, groups } of tree.match(IMAGE)) {
      const id = groups.id!.toUpperCase();
      entries.set(id, { id, patient: `RET${groups.number}`, image: path, masks: [] });
    }
    for (const { path, groups } of tree.match(CONTOUR)) {
      const entry = entries.get(groups.id!.toUpperCase());
      const draw = (context: DrawContext) => drawn(path, context);
      const mask = { structure: groups.structure!.toLowerCase(), rater: groups.rater!, path, draw };
      if (entry) entry.masks.push(mask);
      else problems.push({ path, reason: 'a contour without its image', outcome: 'skipped' });
    }
    for (const { path, groups } of tree.match(TABLE)) {
      await noting(problems, () => label(tree, path, groups.eye!, entries, problems, suspects));
    }
    for (const { id, image, meta } of entries.values()) {
      if (!meta) problems.push({ path: image, reason: 'no table labels it', id, outcome: 'kept' });
    }
    const structures = ['disc', 'cup'];
    return {
      entries: [...entries.values()],
      problems,
      structures,
      panel: ['1', '2'],
      channels: 3,
      passedOver: /(?:^|\/)ImagesWithContours\//i,
    };
  },
};

async function drawn(path: string, { image, text, note }: DrawContext): Promise<Uint8Array> {
  const lines = (await text(path)).trim().split(/\r?\n/);
  const points = lines.flatMap((line) => {
    const [x, y, ...more] = line
      .trim()
      .split(/[\s,;]+/)
      .map(Number);
    return Number.isFinite(x) && Number.isFinite(y) && more.length === 0 ? [{ x: x!, y: y! }] : [];
  });
  if (points.length < 3) throw new DataError(path, `${points.length} points, too few for an outline`);
  if (points.length < lines.length)
    note(`${lines.length - points.length} lines that are no points were left out`);
  const beyond = points.filter(({ x, y }) => x < 0 || y < 0 || x >= image.width || y >= image.height).length;
  if (beyond) note(`${beyond} points lie outside the image of ${image.width}×${image.height} pixels`);
  return polygonMask([points], image.width, image.height);
}

/** The tables have their header in several rows: the column is the one in which "Diagnosis" stands. */
async function label(
  tree: Tree,
  path: string,
  eye: string,
  entries: Map<string, FileEntry>,
  problems: Problem[],
  suspects: Diagnosis | undefined,
): Promise<void> {
  const cells = await readCells(tree, path);
  const column = cells
    .flatMap((row) => row.findIndex((cell) => /^diagnosis$/i.test(cell)))
    .find((at) => at >= 0);
  if (column === undefined) throw new DataError(path, 'no column "Diagnosis"');
  cells.forEach((row, i) => {
    const number = /^#?(\d+)$/.exec(row[0] ?? '')?.[1];
    if (number === undefined) return;
    const where = `${path}, row ${i + 1}`;
    const entry = entries.get(`RET${number.padStart(3, '0')}O${eye.toUpperCase()}`);
    if (!entry) {
      problems.push({
        path: where,
        reason: `names patient ${row[0]}, whose image is not there`,
        outcome: 'skipped',
      });
      return;
    }
    const text = row[column] ?? '';
    const known = ({ '0': 0, '1': 1, '2': suspects } as Record<string, Diagnosis | undefined>)[text];
    if (!['0', '1', '2', ''].includes(text)) {
      problems.push({ path: where, reason: `unknown label "${text}"`, id: entry.id, outcome: 'kept' });
    }
    entry.meta = { diagnosis: text };
    if (known !== undefined) entry.diagnosis = known;
  });
}

/**
 * PAPILA: fundus photographs of both eyes of each patient, disc and cup outlined by two experts. Structures `disc` and
 * `cup`, raters `1` and `2`; the two eyes of a patient share `patient`.
 *
 * - **Diagnosis**: 0 healthy, 1 glaucoma; 2, suspected, is left undefined unless `suspects` says otherwise, and
 *   `meta.diagnosis` has the number.
 * - **Where from**: https://doi.org/10.6084/m9.figshare.14798004, open to all. **Licence**: stated there (GPL 3.0+).
 * - **Cite**: Kovalyk et al., PAPILA: Dataset with fundus images and clinical data of both eyes of the same patient for
 *   glaucoma assessment, Scientific Data 9:291, 2022.
 * - **Split**: none was published, and the DiFF paper does not use it; split by patient.
 * - **Known to be wrong**: patient numbers have gaps; the tables' header takes up three rows; contours are lists of points,
 *   filled here by the even-odd rule.
 */
export function papila(root: string, options: PapilaOptions = {}): Promise<Dataset> {
  return openLayout(papilaLayout, root, options);
}
