import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { type Config, configSchema } from '../config/schema.js';
import { runFolder } from './run-folder.js';

/** The configuration of a run; `undefined` where the folder is none. */
export async function readRunConfig(folder: string): Promise<Config | undefined> {
  const text = await readFile(runFolder(folder).config, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : configSchema.safeParse(parse(text)).data;
}
