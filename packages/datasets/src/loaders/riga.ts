import type { Dataset } from '../dataset/dataset.js';
import { DataError, messageOf, type Problem } from '../dataset/problem.js';
import { readRows } from '../formats/table.js';
import { drawnContours } from './reading/drawn-contours.js';
import type { DrawContext, FileEntry } from './reading/file-entry.js';
import { diagnosisOf, noting } from './reading/label.js';
import { type Layout, type Listing, openLayout } from './reading/layout.js';
import type { LoaderOptions } from './reading/options.js';
import type { Tree } from './reading/tree.js';

const FILE =
  /(?:^|\/)(?<set>BinRushed\d(?:-Corrected)?|Magrabia?Male|Magrabia?Female|MESSIDOR)\/(?<id>image\d+)(?:(?<prime>prime)|-(?<rater>[1-6]))\.(?:jpe?g|tiff?)$/i;
const PREPARED = /(?:^|\/)Glaucoma_multirater_(?<set>[^/]+)\.csv$/i;
const PANEL = ['1', '2', '3', '4', '5', '6'];

/** Prepared masks: 0 background, 128 the disc, 255 the cup; between the levels, so that copies with losses read the same. */
const isDisc = (value: number) => value >= 64;
const isCup = (value: number) => value >= 192;

export const rigaLayout: Layout = {
  name: 'riga',
  expects:
    '{BinRushed,Magrabia,MESSIDOR}/…/image<N>prime.* and image<N>-{1..6}.*, or Glaucoma_multirater_<set>.csv',
  recognises: (tree) =>
    tree.paths.some((path) => PREPARED.test(path)) ||
    tree.match(FILE).some(({ groups }) => groups.prime !== undefined),
  list: (tree) => (tree.paths.some((path) => PREPARED.test(path)) ? listPrepared(tree) : listRaw(tree)),
};

async function listRaw(tree: Tree): Promise<Listing> {
  const problems: Problem[] = [];
  const entries = new Map<string, FileEntry>();
  const files = tree.match(FILE);
  const idOf = (groups: Record<string, string>) => `${groups.set}/${groups.id!.toLowerCase()}`;
  // BinRushed1 has no photographs of its own: the corrected copy replaces it.
  const corrected = files.some(({ groups }) => /-Corrected$/i.test(groups.set!));
  for (const { path, groups } of files) {
    if (groups.prime === undefined) continue;
    entries.set(idOf(groups), { id: idOf(groups), meta: { set: groups.set }, image: path, masks: [] });
  }
  for (const { path, groups } of files) {
    if (groups.rater === undefined || (corrected && groups.set === 'BinRushed1')) continue;
    const entry = entries.get(idOf(groups));
    if (!entry) {
      problems.push({ path, reason: 'contours without their photograph (prime)', outcome: 'skipped' });
    } else if (entry.masks.some(({ rater }) => rater === groups.rater)) {
      problems.push({
        path,
        reason: `a second drawing by rater ${groups.rater}`,
        id: entry.id,
        outcome: 'kept',
      });
    } else {
      for (const structure of ['disc', 'cup'] as const) {
        const draw = async (context: DrawContext) => (await contours(path, context))[structure];
        entry.masks.push({ structure, rater: groups.rater, path, draw });
      }
    }
  }
  return {
    entries: [...entries.values()],
    problems,
    structures: ['disc', 'cup'],
    panel: PANEL.filter((rater) => files.some(({ groups }) => groups.rater === rater)),
    channels: 3,
    ...(corrected && { passedOver: /(?:^|\/)BinRushed1\//i }),
  };
}

/** Disc and cup come from one drawing: it is traced once a case. */
const traced = new WeakMap<object, Promise<{ disc: Uint8Array; cup: Uint8Array }>>();

async function contours(path: string, { image, raster }: DrawContext) {
  const drawing = await raster(path);
  let tracing = traced.get(drawing);
  if (!tracing) {
    tracing = (async () => {
      try {
        const { outer, inner } = drawnContours(drawing, image);
        return { disc: outer, cup: inner };
      } catch (cause) {
        throw new DataError(path, messageOf(cause), { cause });
      }
    })();
    traced.set(drawing, tracing);
  }
  return tracing;
}

async function listPrepared(tree: Tree): Promise<Listing> {
  const problems: Problem[] = [];
  const entries = new Map<string, FileEntry>();
  for (const { path, groups } of tree.match(PREPARED)) {
    await noting(problems, async () => {
      for (const row of await readRows(tree, path, 'gbk')) {
        await noting(problems, async () => {
          const image = tree.find(row.get('imgName'));
          if (entries.has(image)) return;
          const diagnosis = diagnosisOf(row.get('label'), row.where, problems);
          const entry: FileEntry = {
            id: image,
            ...(diagnosis !== undefined && { diagnosis }),
            image,
            masks: [],
          };
          entry.meta = { set: groups.set };
          entries.set(image, entry);
          for (const rater of [...PANEL, 'consensus']) {
            const folder = rater === 'consensus' ? 'FinalLabel' : `Rater${rater}`;
            const mask = row.get('maskName').replace(/FinalLabel|Rater\d/i, folder);
            await noting(problems, async () => {
              const found = tree.find(mask);
              entry.masks.push({ structure: 'disc', rater, path: found, value: isDisc });
              entry.masks.push({ structure: 'cup', rater, path: found, value: isCup });
            });
          }
        });
      }
    });
  }
  const panel = [...PANEL, 'consensus'];
  return { entries: [...entries.values()], problems, structures: ['disc', 'cup'], panel, channels: 3 };
}

/**
 * RIGA: fundus photographs on which six ophthalmologists drew disc and cup. Structures `disc` and `cup`, raters `1` to
 * `6`. As published, each rater's lines are drawn on a copy of the photograph: the masks are the areas within them,
 * lines included. As prepared by the authors of MRNet (`Glaucoma_multirater_<set>.csv`, `Rater1` to
 * `Rater6`), the masks are read, the rater `consensus` is their `FinalLabel`, and labels come from the table.
 *
 * - **Diagnosis**: none as published; column `label` as prepared.
 * - **Where from**: University of Michigan Deep Blue Data, https://doi.org/10.7302/Z23R0R29, open to all.
 *   **Licence**: CC BY-NC 4.0.
 * - **Cite**: Almazroa et al., Retinal fundus images for glaucoma analysis: the RIGA dataset, SPIE Medical Imaging 2018;
 *   as prepared: Ji et al., Learning calibrated medical image segmentation via multi-rater agreement modeling, CVPR 2021.
 * - **Split**: none was published; MRNet trains on BinRushed and MESSIDOR and tests on Magrabia. The DiFF paper does not
 *   use it.
 * - **Known to be wrong**: BinRushed1 has no photographs (BinRushed1-Corrected replaces it); MagrabiFemale/image48 has
 *   none either; in MagrabiaMale the first rater's names begin with a capital I; a few drawings are JPEG in one folder
 *   and TIFF in another; where cup and disc touch (BinRushed1-Corrected/image44-4, BinRushed2/image20-3) or the ink is too
 *   faint (MagrabiFemale/image26-3) a drawing cannot be traced, and is a problem.
 */
export function riga(root: string, options: LoaderOptions = {}): Promise<Dataset> {
  return openLayout(rigaLayout, root, options);
}
