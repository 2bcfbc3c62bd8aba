import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { armName, configSchema } from '../config/schema.js';
import { fileName } from '../run/file-name.js';
import { runFolder } from '../run/run-folder.js';
import { UserError } from '../user-error.js';

export interface ModelPaths {
  segmentation: string;
  /** Absent where a lone segmentation model was given. */
  diagnosis?: string;
}

/** Where a round of a run keeps a model, by the name of its arm or judge. */
const modelPath = (root: string, round: number, name: string) =>
  join(runFolder(root).round(round), 'models', `${fileName(name)}.safetensors`);

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
  const text = await readFile(runFolder(path).config, 'utf8').catch(() => undefined);
  const config = text === undefined ? undefined : configSchema.safeParse(parse(text));
  if (!config?.success) throw new UserError(`${path} is no run folder: it has no ${runFolder(path).config}`);
  const arms = config.data.segmentation.arms.map(armName);
  const name = arm ?? arms[0]!;
  if (!arms.includes(name)) throw new UserError(`${path} has no arm "${name}", but ${arms.join(', ')}`);
  const paths = { segmentation: modelPath(path, round, name), diagnosis: modelPath(path, round, judge) };
  for (const model of Object.values(paths))
    if (!(await stat(model).catch(() => undefined)))
      throw new UserError(`${path} has no ${model}: round ${round} was not trained to its end`);
  return paths;
}
