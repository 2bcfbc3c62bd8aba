import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Config } from '../config/schema.js';
import type { RunFolder } from '../folder/run-folder.js';
import { UserError } from '../user-error.js';

/** What `data.json` of a run folder says. */
export interface DataRecord {
  hash: string;
}

/**
 * Compares with what the folder holds. Other settings, or the same data changed, are no fault: what depends on them is
 * done again, and the rest kept.
 *
 * @returns What differs, in words.
 * @throws UserError where the folder holds a run on other data.
 */
export async function compareWithPrevious(
  folder: RunFolder,
  config: Config,
  { hash }: DataRecord,
): Promise<string[]> {
  const [settings, data] = await Promise.all([read(folder.config), read(folder.data)]);
  if (!settings) return [];
  const before = parse(settings) as Config;
  const changed = differences(before, config);
  const same = data === undefined || (JSON.parse(data) as DataRecord).hash === hash;
  const source = changed.filter((text) => /^data\.(?:root|phantom) /.test(text));
  if (!same && source.length)
    throw new UserError(
      `${folder.root} holds a run on other data (${source.join(', ')}): name another folder with --out, or delete it`,
    );
  return same || changed.length ? changed : ['the data'];
}

/** `fusion.iterations was 60, is 30`, for every setting in which two configurations differ. */
export function differences(before: unknown, now: unknown, path = ''): string[] {
  if (isSettings(before) && isSettings(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap((key) => differences(before[key], now[key], path ? `${path}.${key}` : key));
  }
  const [was, is] = [before, now].map((value) => JSON.stringify(value) ?? 'not given');
  return was === is ? [] : [`${path} was ${was}, is ${is}`];
}

const isSettings = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Removes what a killed run left half written. */
export async function sweep({ root }: RunFolder): Promise<void> {
  const paths = await readdir(root, { recursive: true }).catch(() => []);
  const own = /^(?:round-\d+[\\/].*|(?:config|data|results|gallery|report)\.\w+)\.\d+\.tmp$/;
  await Promise.all(
    paths.filter((path) => own.test(path)).map((path) => rm(join(root, path), { force: true })),
  );
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
