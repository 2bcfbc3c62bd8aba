import { stat } from 'node:fs/promises';
import { armName } from '../config/schema.js';
import { readRunConfig } from '../folder/read-run-config.js';
import { roundFolder, runFolder } from '../folder/run-folder.js';
import { UserError } from '../user-error.js';

export interface ModelPaths {
  segmentation: string;
  /** Absent where a lone segmentation model was given. */
  diagnosis?: string;
}

/**
 * The models to predict with: of a run folder those of a round, or a model file itself.
 *
 * @param arm Of a run, which segmentation network; the configuration's first by default.
 */
export async function findModels(
  path: string,
  { round = 0, arm, judge = 'Baseline-Dia' }: { round?: number; arm?: string; judge?: string } = {},
): Promise<ModelPaths> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UserError(`there is no run folder or model ${path}`);
  if (!found.isDirectory()) return { segmentation: path };
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
  return paths;
}
