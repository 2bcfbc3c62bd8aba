import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from '../support/chromium.js';
import { blocks, pages, proseOf } from '../support/pages.js';
import { top, workspaces } from '../support/workspaces.js';

/** Lines of shell blocks, and code in a sentence that begins as a command does. */
const commands = pages.flatMap((page) => {
  const shown = blocks.filter(
    ({ page: of, language, comment }) =>
      of === page && language === 'sh' && !comment.startsWith('unchecked:'),
  );
  const inline = [...proseOf(page).matchAll(/`((?:npm|npx) [^`]+)`/g)].map(([, code = '']) => code);
  return [...shown.flatMap(({ code }) => code.replaceAll('\\\n', ' ').split('\n')), ...inline]
    .flatMap((line) => line.replace(/(^|\s)#.*$/, '').split('&&'))
    .map((command) => ({ page, command: command.trim() }))
    .filter(({ command }) => command);
});
const distinct = [...new Map(commands.map((one) => [one.command, one])).values()];

test.each(distinct)(
  '$page: $command',
  async ({ command }) => {
    const program = programOf(command);
    if (!program) return;
    const { run, args } = program;
    const flags = args.filter((word) => /^--?[a-z]/.test(word)).map((flag) => flag.replace(/=.*/, ''));
    const end = args.findIndex((word) => !/^[a-z][a-z0-9-]*$/.test(word));
    const help = await helpOf([...run, ...args.slice(0, end < 0 ? undefined : end), '--help']);
    expect([...(help.match(/(?<![\w-])--?[a-z][\w-]*/g) ?? []), '--help']).toEqual(
      expect.arrayContaining(flags),
    );
  },
  120_000,
);

/** The program of ours that a command runs, if it does; an error where the command cannot work. */
function programOf(command: string): { run: string[]; args: string[] } | undefined {
  const [tool = '', ...words] = command.match(/'[^']*'|\S+/g) ?? [];
  if (['git', 'cd', 'node', 'docker', 'python3'].includes(tool)) return;
  if (tool === 'npx') return withNpx(words);
  if (tool !== 'npm') throw new Error(`${tool} is no program that a reader has: npx or npm run starts ours`);
  const [action = '', ...rest] = words;
  if (['ci', 'dedupe', 'ls', 'pack', 'rebuild'].includes(action)) return;
  if (action === 'install') return checkInstall(rest);
  return withNpm(action === 'run' ? rest : words);
}

function withNpx(words: string[]) {
  const home = words[0] === '-p' ? words[1] : undefined;
  const [bin = '', ...args] = words.slice(home ? 2 : 0);
  const owner = workspaces.find(({ manifest }) => manifest.bin?.[bin]);
  if (!owner && !home && tools().includes(bin)) return;
  if (!owner) throw new Error(`no package here has a program ${bin}`);
  // Where nothing is installed, npx fetches and runs whatever is published under that name.
  if ((home ?? bin) !== owner.manifest.name)
    throw new Error(`expected npx -p ${owner.manifest.name} ${bin}: nobody owns the name ${bin}`);
  return { run: ['node', join(owner.folder, owner.manifest.bin![bin]!)], args };
}

function withNpm(words: string[]) {
  const [script = '', ...rest] = words;
  const where = rest.findIndex((word) => word === '--workspace' || word === '-w');
  const owner = where < 0 ? top : workspaces.find(({ manifest }) => manifest.name === rest[where + 1]);
  const does = owner?.manifest.scripts?.[script];
  if (!does) throw new Error(`there is no script ${script}`);
  const dashes = rest.indexOf('--');
  if (owner === top && dashes >= 0 && /main\.ts/.test(does))
    return { run: ['npm', 'run', '--silent', script, '--'], args: rest.slice(dashes + 1) };
}

function checkInstall(words: string[]): undefined {
  const known = workspaces.flatMap(({ manifest }) => [
    manifest.name,
    ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
  ]);
  const strange = words.filter((word) => !word.startsWith('-') && !known.includes(word));
  if (strange.length) throw new Error(`no package here is or needs ${strange}`);
}

/** Programs of what the repository itself is built with. */
function tools(): string[] {
  return Object.keys(top.manifest.devDependencies ?? {}).flatMap((name) => {
    const { bin } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
      bin?: string | Record<string, string>;
    };
    return typeof bin === 'object' ? Object.keys(bin) : [name];
  });
}

const asked = new Map<string, Promise<string>>();
function helpOf([program = '', ...args]: string[]): Promise<string> {
  const key = args.join(' ');
  const help =
    asked.get(key) ?? promisify(execFile)(program, args, { cwd: root }).then(({ stdout }) => stdout);
  asked.set(key, help);
  return help;
}
