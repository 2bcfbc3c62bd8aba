import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { UserError } from 'diff-pipeline';

/** Where real data are: folders by the name of a data set, and one folder that has the others, each in one of its name. */
export type DataRoots = Readonly<Record<string, string>>;

/** The key of the folder that has the others; no data set is called so. */
const ALL = '';

/** The option that says where real data are: one folder that has a folder for each data set, `refuge2=/path` for one, or both. */
export const dataOption = () =>
  new Option('--data <folders...>', 'the folder that has lidc/, refuge2/, …; or one of them, refuge2=/path')
    .default(rootsOf(process.env.DIFF_DATA ?? ''), 'DIFF_DATA')
    .argParser((text: string, before: DataRoots) => ({ ...before, ...rootsOf(text) }));

export function rootsOf(text: string): DataRoots {
  const [, name, folder] = /^([a-z][\w-]*)=(.+)$/.exec(text) ?? [];
  return name && folder ? { [name]: folder } : { [ALL]: text };
}

/** Where the data set of this name lies. @throws UserError where it was not told, or there is no such folder. */
export function rootOf(data: DataRoots, name: string): string {
  const { [name]: own, [ALL]: all } = data;
  if (own === undefined && !all)
    throw new UserError(`${name} is real data: --data names the folder that has it`);
  const root = own ?? join(all!, name);
  if (existsSync(root)) return root;
  throw new UserError(
    own === undefined
      ? `there is no ${name} folder in ${all}; --data names the folder that has it, or ${name}=<its own>`
      : `--data ${name}=${own}: there is no such folder`,
  );
}
