import { stat } from 'node:fs/promises';
import { armName } from '../config/schema.js';
import { readResults } from '../folder/read-results.js';
import { readRunConfig } from '../folder/read-run-config.js';
import { roundFolder, runFolder } from '../folder/run-folder.js';
import { UserError } from '../user-error.js';

export interface ModelPaths {
  segmentation: string;
  /** Absent where a lone segmentation model was given. */
  diagnosis?: string;
  /** Ids of the cases that a finished run trained or validated them on. */
  trainedOn?: ReadonlySet<string>;
}

/**
 * The models to predict with: of a run folder those of a round, or a model file itself.
 *
 * @param arm Of a run, which segmentation network; the configuration's first by default.
 * @throws UserError where there is none such, or a file of the run is damaged.
 */
export async function findModels(
  path: string,
  which: { round?: number; arm?: string; judge?: string } = {},
): Promise<ModelPaths> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UserError(`there is no run folder or model ${path}`);
  const { round = 0, arm, judge = 'Baseline-Dia' } = which;
  if (!found.isDirectory()) {
    const stray = (['round', 'arm', 'judge'] as const).find((name) => which[name] !== undefined);
    if (stray) throw new UserError(`--${stray} belongs to a run folder, and ${path} is a file`);
    return { segmentation: path };
  }
  const config = await readRunConfig(path);
  if (!config) throw new UserError(`${path} is no run folder: it has no ${runFolder(path).config}`);
  const arms = config.segmentation.arms.map(armName);
  const name = arm ?? arms[0]!;
  if (!arms.includes(name)) throw new UserError(`${path} has no arm "${name}", but ${arms.join(', ')}`);
  const { model: fileOf } = roundFolder(runFolder(path).round(round));
  const paths = { segmentation: fileOf(name), diagnosis: fileOf(judge) };
  for (const model of Object.values(paths))
    if (!(await stat(model).catch(() => undefined)))
      throw new UserError(`${path} has no ${model}: round ${round} was not trained to its end`);
  const trainedOn = await trainingOf(path, round);
  return { ...paths, ...(trainedOn && { trainedOn }) };
}

/** Ids of the cases that a round learned from, where the run has finished. */
async function trainingOf(path: string, round: number): Promise<ReadonlySet<string> | undefined> {
  const own = (await readResults(path))?.rounds[round];
  return own && new Set([...own.train, ...own.validation]);
}
