import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileStorage } from '@diff/train/node';
import { UserError } from 'diff-pipeline';
import { duration } from 'diff-pipeline/cli';
import { replaceSection } from '../../../../tools/page-section.js';

export interface Publication {
  /** The section's name in its markers, `<!-- figure4 -->` … `<!-- /figure4 -->`. */
  section: string;
  page: string;
  body: string;
  /** The cells that it was made of. */
  cells: readonly { seconds: number }[];
  /** What one of these is called; a cell by default. */
  unit?: string;
  engine: string | undefined;
  /** Files to put beside the page, by the name that they get there. */
  files?: Readonly<Record<string, string>>;
}

/**
 * Prints a result, and where `write` is set puts it into its page in place of the one before, with the command that made it
 * and how long that took.
 */
export async function publish(
  { section, page, body, cells, unit = 'cell', engine, files = {} }: Publication,
  write: string | boolean,
): Promise<void> {
  console.log(body);
  if (!write) return;
  const path = join(write === true ? 'docs' : write, page);
  if (!existsSync(path))
    throw new UserError(`there is no page ${path}; --write takes the folder that has ${page}`);
  const seconds = cells.reduce((sum, cell) => sum + cell.seconds, 0);
  const command = `npm run reproduce -- ${asked(process.argv.slice(2)).join(' ')}`;
  const made = `\`${command}\`: ${cells.length} ${unit}${cells.length === 1 ? '' : 's'}, ${duration(seconds)} of one worker (${cpus()[0]?.model.trim()}, ${engine}), ${new Date().toISOString().slice(0, 10)}.`;
  const text = replaceSection(readFileSync(path, 'utf8'), section, `${body}\n\n${made}`);
  if (text === undefined)
    throw new UserError(`${path} has no section <!-- ${section} --> … <!-- /${section} -->`);
  const storage = fileStorage(dirname(path));
  for (const [name, file] of Object.entries(files)) await storage.write(name, readFileSync(file));
  await storage.write(basename(page), Buffer.from(text));
}

/**
 * The command line as anybody may repeat it: without who did the cells, an address that may hold a password, and where they are
 * kept, and with folders of data that are each reader's own.
 */
export function asked(words: readonly string[]): string[] {
  const said: string[] = [];
  let option = '';
  for (const word of words) {
    if (word.startsWith('--')) option = word.split('=')[0]!;
    const isName = word.startsWith('--');
    if (option === '--queue' || option === '--out') continue;
    if (option === '--data' || option === '--write') {
      if (isName) said.push(option === '--data' ? '--data <folder>' : option);
    } else said.push(word);
  }
  return said;
}
