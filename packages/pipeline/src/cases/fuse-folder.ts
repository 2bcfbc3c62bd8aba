import { resolve } from 'node:path';
import type { Problem } from '@diff/datasets';
import { type DataFlags, patternNames } from '../data/open-data.js';
import type { Row } from '../folder/csv.js';
import { UserError } from '../user-error.js';
import { type CaseByCase, caseByCase } from './case-by-case.js';
import { encodeLabel, encodeLabelMap, type LabelFormat } from './encode-label.js';
import {
  type EncodeOutlinesOptions,
  encodeOutlines,
  isOutline,
  type OutlineFormat,
} from './encode-outlines.js';
import { annotationsOf, type FusedCase } from './fuse-cases.js';
import { meanDisagreement } from './fuse-structure.js';
import type { Fusion } from './fusion.js';
import { gatherCoco } from './join-coco.js';
import { labelFile } from './label-file.js';
import { LABELS } from './list-predictions.js';
import { sideBySide } from './side-by-side.js';

export interface FuseFolderOptions {
  /** Where the data are from, for the record. */
  root: string;
  flags: DataFlags;
  out: string;
  format: readonly (LabelFormat | OutlineFormat)[];
  /** Of a PNG. */
  bits: 8 | 16;
  /** Of outlines: inside is what is above it. Default: 0.5. */
  threshold?: number | undefined;
  signal: AbortSignal;
  /** Called with how many cases are done, of the cases that there are. */
  onProgress(done: number, total: number, before: number, note?: string): void;
}

export interface FusedFolder {
  done: number;
  /** How many of them were done before. */
  before: number;
  total: number;
  /** Whether any label fused now has anything inside. */
  inside: boolean;
}

/**
 * Fuses every case into a folder: a label for each structure, and a table. It goes on where it was stopped.
 *
 * @param onProblems Gets the problems of the cases, also where it stops early.
 * @throws UserError where there are no masks, or the folder holds results of other settings.
 */
export async function fuseFolder(
  { dataset, method, settings, measures, fused }: Fusion,
  { root, flags, out, format, bits, threshold = 0.5, signal, onProgress }: FuseFolderOptions,
  onProblems: (problems: readonly Problem[]) => void,
): Promise<FusedFolder> {
  if (dataset.raters.length === 0) {
    const why = dataset.problems.slice(0, 3).map(({ path, reason }) => `${path}: ${reason}`);
    throw new UserError([`${root} has no masks that could be fused`, ...why].join('; '));
  }
  const fileOf = new Map(dataset.entries.map(({ id, file }) => [id, file ?? id]));
  const job = await caseByCase({
    dataset,
    out,
    settings: {
      ...{ command: 'fuse', folder: resolve(root), method, ...settings },
      bits: format.includes('png') ? bits : null,
      ...(format.some(isOutline) && { threshold }),
      ...told(flags),
      structures: dataset.structures,
      raters: dataset.raters,
    },
    table: 'fusion.csv',
    columns: [
      ...['case', 'structure', 'raters', 'area', 'disagreement'],
      ...(method === 'df-gt' ? ['logit'] : []),
      ...measures.flatMap((measure) => dataset.raters.map((rater) => `${measure} ${rater}`)),
    ],
    filesOf: (row) =>
      format.map((name) =>
        labelFile(settings.labelMap ? LABELS : String(row.structure), String(row.case), name),
      ),
  });
  const before = job.done;
  const total = dataset.length;
  const saving = sideBySide();
  let inside = false;
  onProgress(before, total, before);
  try {
    const step = (k: number, steps: number) => onProgress(job.done, total, before, `step ${k} of ${steps}`);
    for await (const one of fused(job, step)) {
      signal.throwIfAborted();
      inside ||= Object.values(one.structures).some(({ values }) => values.some((value) => value > 0));
      const kept = keep(job, one, format, { bits, threshold, file: fileOf.get(one.original.id)! });
      await saving.add(kept.then(() => onProgress(job.done, total, before)));
    }
    await saving.end();
    if (format.includes('coco'))
      await gatherCoco(
        out,
        dataset.entries.flatMap(({ id }) =>
          dataset.structures.map((structure) => labelFile(structure, id, 'coco')),
        ),
      );
  } finally {
    await saving.settled();
    onProblems(await job.close());
  }
  return { done: job.done, before, total, inside };
}

/** How files were found and read, as far as it was told. */
function told(flags: DataFlags): Partial<DataFlags> {
  const names = [...patternNames, 'slices', 'resample', 'volume'] as const;
  return Object.fromEntries(
    names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
  );
}

/** Writes a case's labels, and its rows. */
async function keep(
  job: CaseByCase,
  { original, structures, labelMap, classes = {}, logit }: FusedCase & { logit?: number },
  format: readonly (LabelFormat | OutlineFormat)[],
  { bits, ...outline }: { bits: 8 | 16 } & Omit<EncodeOutlinesOptions, 'structure'>,
): Promise<void> {
  const { image } = original;
  const annotations = annotationsOf(original, job.todo);
  const files: Record<string, Uint8Array> = {};
  const rows: Row[] = [];
  if (labelMap)
    for (const name of format)
      if (!isOutline(name))
        files[labelFile(LABELS, original.id, name)] = await encodeLabelMap(labelMap, image, name, classes);
  for (const [structure, { values, measures }] of Object.entries(structures)) {
    for (const name of labelMap ? [] : format)
      files[labelFile(structure, original.id, name)] = isOutline(name)
        ? encodeOutlines(values, image, name, { ...outline, structure })
        : await encodeLabel(values, image, name, bits, structure);
    const masks = annotations[structure]!;
    rows.push({
      case: original.id,
      structure,
      raters: Object.keys(masks).join(';'),
      area: values.reduce((sum, value) => sum + value, 0),
      disagreement: meanDisagreement(masks),
      logit,
      ...measures,
    });
  }
  if (rows.length) await job.finish(files, rows);
}
