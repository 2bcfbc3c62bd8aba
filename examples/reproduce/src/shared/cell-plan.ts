import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sealJson, unsealJson } from '@diff/train';
import { writeAtomically } from '@diff/train/node';
import { Unfit } from 'diff-pipeline/jobs';
import manifest from 'diff-pipeline/package.json' with { type: 'json' };
import { z } from 'zod';
import { type Cell, kinds, type Place } from './cell.js';
import { engineNames } from './engine.js';

/** What names a file in a folder or below it, and none above. */
const isName = (text: string) =>
  !/[\\\0]/.test(text) && text.split('/').every((part) => !['', '.', '..'].includes(part));

/** Settings are parts of names. */
const hasNoPath = (value: unknown): boolean =>
  typeof value === 'string' ? !/[/\\\0]/.test(value) : Object.values(value ?? {}).every(hasNoPath);

const planSchema = z.strictObject({
  format: z.literal(1),
  /** Of diff-pipeline. */
  pipeline: z.string(),
  engine: z.enum(engineNames),
  version: z.string().nullable(),
  data: z.record(z.string(), z.string()),
  cells: z.array(
    z.strictObject({
      id: z.string().max(1000).refine(isName),
      kind: z.enum(kinds),
      settings: z.record(z.string(), z.unknown()).refine(hasNoPath),
    }),
  ),
});

/** Cells, and what those who do them are told. */
export interface CellPlan {
  cells: readonly Cell[];
  place: Required<Place>;
  /** Of the engine; null where the coordinator could not start it. */
  version: string | null;
}

const pathIn = (out: string) => join(out, 'queue.json');

/** Writes into the run folder what its cells are, where workers of a queue find it. */
export async function writeCellPlan({
  cells,
  place: { out, data, engine },
  version,
}: CellPlan): Promise<void> {
  const roots = Object.entries(data).map(([name, root]) => [name, root && resolve(root)]);
  const plan = {
    ...{ format: 1, pipeline: manifest.version, engine, version },
    // A worker may stand in another folder.
    ...{ data: Object.fromEntries(roots), cells },
  };
  await writeAtomically(pathIn(out), await sealJson(planSchema.parse(plan)));
}

/** What `writeCellPlan` wrote. @throws Unfit where it is of no use here. */
export async function readCellPlan(out: string): Promise<CellPlan> {
  const unfit = (why: string) => new Unfit(`${out}: ${why}`, 1);
  const bytes = await readFile(pathIn(out)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw unfit('there are no cells of a queue; do all machines see that folder under this path?');
  });
  const told = await unsealJson(bytes, pathIn(out)).catch((error: Error) => {
    throw unfit(error.message);
  });
  const { success, data: plan } = planSchema.safeParse(told);
  if (!success) throw unfit('its queue.json holds no plan of cells');
  const { pipeline, engine, version, data, cells } = plan;
  if (pipeline !== manifest.version)
    throw unfit(`it was planned by diff-pipeline ${pipeline}, and this is ${manifest.version}`);
  return { cells, place: { out, data, engine }, version };
}
