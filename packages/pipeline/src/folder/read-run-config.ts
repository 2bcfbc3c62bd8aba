import { existsSync } from 'node:fs';
import { readConfig } from '../config/read-config.js';
import type { Config } from '../config/schema.js';
import { runFolder } from './run-folder.js';

/** The configuration of a run; `undefined` where the folder is none. @throws UserError where it is damaged. */
export async function readRunConfig(folder: string): Promise<Config | undefined> {
  const { config: file } = runFolder(folder);
  return existsSync(file) ? readConfig({ file }) : undefined;
}
