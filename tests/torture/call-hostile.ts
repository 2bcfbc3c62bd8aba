// Calls the command line with options that mean nothing and tells each outcome: node call-hostile.ts <folder> <seed>.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { phantom, write } from '@diff/datasets';
import { randomStream } from '@diff/train';
import { evaluateCommand } from '../../packages/pipeline/src/cli/evaluate.js';
import { fuseCommand } from '../../packages/pipeline/src/cli/fuse.js';
import { learnExpertnessCommand } from '../../packages/pipeline/src/cli/learn-expertness.js';
import { planCommand } from '../../packages/pipeline/src/cli/plan.js';
import { predictCommand } from '../../packages/pipeline/src/cli/predict.js';
import { reportCommand } from '../../packages/pipeline/src/cli/report.js';
import { explained } from '../../packages/pipeline/src/run/failures.js';
import { UserError } from '../../packages/pipeline/src/user-error.js';

const [place, seed] = process.argv.slice(2) as [string, string];
const random = randomStream(Number(seed));
const send = (message: object) => new Promise<void>((resolve) => process.send!(message, () => resolve()));

mkdirSync(place, { recursive: true });
process.chdir(place);
const [data, file, out] = ['data', 'file', 'out'].map((name) => join(place, name)) as [
  string,
  string,
  string,
];
rmSync(data, { recursive: true, force: true });
await write(phantom('lung', { cases: 8, size: 16, seed: 1 }), data, 'folder');
writeFileSync(file, 'neither a picture nor a table');
const quick = ['--size', '16', '--resamples', '0', '--folds', '2', '--judge', 'area'];
type Make = typeof fuseCommand;
const calls: { make: Make; args: string[] }[] = [
  { make: fuseCommand, args: [data, '--method', 'staple', '--out', out] },
  { make: fuseCommand, args: [data, '--method', 'mean', '--out', out] },
  { make: evaluateCommand, args: [join(place, 'fused'), data] },
  { make: learnExpertnessCommand, args: [data, ...quick, '--out', out] },
  { make: planCommand, args: ['--data', data] },
  { make: predictCommand, args: [data, data, '--out', out] },
  { make: reportCommand, args: [data] },
];

const HOSTILE = [
  ...['', ' ', '-1', '0', '1.5', 'NaN', 'Infinity', '1e9', '1e400', '0x10', '9007199254740993', '-'],
  ...['__proto__', 'constructor', 'toString', '{id}', '{', '*', '**/*a*a*a*a*a*a*a*{id}.png', '('],
  ...['a'.repeat(300), 'a'.repeat(70_000), 'caf\ufffd', '/proc/x', '/dev/null', file, data, '..=..', '='],
  ...[
    '{"a":',
    '[[[[[',
    'x=__proto__',
    'disc={id}.png',
    'null',
    'undefined',
    '😀',
    '\n',
    '--',
    'https://example.org',
  ],
];
/** With a large number each is a request for as much work. */
const WORK = /--(?:iterations|steps|resamples|folds|workers|size|set)$/;

console.log = console.error = () => {};
process.stderr.write = process.stdout.write = () => true;
await attempt('nothing hostile', fuseCommand, [data, '--method', 'staple', '--out', 'fused']);
for (let i = 0; i < 400; i++) {
  const { make, args } = calls[random.integer(calls.length)]!;
  const command = make();
  const changed = [...args];
  const pick = <T>(items: readonly T[]) => items[random.integer(items.length)]!;
  for (let k = random.integer(3); k >= 0; k--) {
    const { long } = pick(command.options);
    const large = /^(?:1e9|9007199254740993)$/;
    if (random.integer(4) === 0 && args[0] !== '--data') changed[0] = pick(HOSTILE);
    else changed.push(long!, pick(WORK.test(long!) ? HOSTILE.filter((one) => !large.test(one)) : HOSTILE));
  }
  await attempt(command.name(), make, changed);
  rmSync(out, { recursive: true, force: true });
}
process.disconnect();

async function attempt(name: string, make: Make, args: string[]): Promise<void> {
  const kind = `diff-pipeline ${name}`;
  await send({ reading: `${kind} ${shown(args)}` });
  let failure: string | undefined;
  const command = make().exitOverride();
  command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (thrown) {
    const error = explained(thrown);
    const isCommander = String((error as { code?: unknown }).code).startsWith('commander.');
    const isSentence = error instanceof UserError && /\S/.test(error.message);
    if (!isCommander && !isSentence) failure = `${shown(args)}: ${(error as Error).stack ?? error}`;
  }
  await send({ kind, ...(failure && { failure }) });
}

function shown(args: readonly string[]): string {
  return args.map((arg) => JSON.stringify(arg.length > 60 ? `${arg.slice(0, 60)}…` : arg)).join(' ');
}
