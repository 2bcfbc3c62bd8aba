import { readFile } from 'node:fs/promises';
import { unsealJson } from '@diff/train';
import { parse } from 'yaml';
import type { Config } from '../config/schema.js';
import type { RunFolder } from '../folder/run-folder.js';
import { sweepTemporary } from '../folder/sweep-temporary.js';
import { UserError } from '../user-error.js';

/** What `data.json` of a run folder says. */
export interface DataRecord {
  hash: string;
}

export interface Comparison {
  /** What differs, in words. */
  changes: string[];
  /** What is wrong with files of the folder that say what it holds. */
  damaged: string[];
}

/**
 * Compares with what the folder holds. Other settings, or the same data changed, are no fault: what depends on them is
 * done again, and the rest kept. Nor are damaged files: what was done is known by its key, whatever they said.
 *
 * @throws UserError where the folder holds a run on other data.
 */
export async function compareWithPrevious(
  folder: RunFolder,
  config: Config,
  { hash }: DataRecord,
): Promise<Comparison> {
  const damaged: string[] = [];
  const told = async (reading: Promise<unknown>) => {
    try {
      return await reading;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code) throw error;
      damaged.push((error as Error).message);
      return undefined;
    }
  };
  const before = await told(readSettings(folder.config));
  const data = (await told(readRecord(folder.data))) as DataRecord | undefined;
  if (!before) return { changes: [], damaged };
  const changed = differences(before, config);
  const same = data === undefined || data.hash === hash;
  const source = changed.filter((text) => /^data\.(?:root|phantom) /.test(text));
  if (!same && source.length)
    throw new UserError(
      `${folder.root} holds a run on other data (${source.join(', ')}): name another folder with --out, or delete it`,
    );
  return { changes: same || changed.length ? changed : ['the data'], damaged };
}

async function readSettings(path: string): Promise<Record<string, unknown> | undefined> {
  const bytes = await read(path);
  if (!bytes) return undefined;
  let settings: unknown;
  try {
    settings = parse(bytes.toString());
  } catch {
    // Said below.
  }
  if (isSettings(settings)) return settings;
  throw new Error(`${path} is damaged: it holds no settings`);
}

async function readRecord(path: string): Promise<unknown> {
  const bytes = await read(path);
  return bytes && unsealJson(bytes, path);
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
export const sweep = ({ root }: RunFolder): Promise<void> =>
  sweepTemporary(root, (path) =>
    /^(?:round-\d+[\\/].*|(?:config|data|results|gallery|outlines|report|compared)\.\w+)$/s.test(path),
  );

async function read(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
