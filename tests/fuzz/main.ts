// npm run fuzz -- --seconds 120 [parser …]: looks for files that a parser of ours does not refuse in a sentence.
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Told } from './fuzz-one.js';
import { parsers } from './parsers.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h' },
  },
});
const names = Object.keys(parsers);
const strange = positionals.find((name) => !names.includes(name));
if (values.help || strange !== undefined) {
  if (strange !== undefined) console.error(`fuzz: there is no parser ${strange}`);
  console.log(`Usage: npm run fuzz -- [--seconds <n>] [--seed <n>] [parser …]

Changes small good files again and again, keeps those by which new code runs, and tells each that is not refused in a sentence within 5 s
and 300 MB.

  --seconds <n>   of each parser (default: 20)
  --seed <n>      of the changes (default: 1)

Parsers: ${names.join(', ')}`);
  process.exit(strange === undefined ? 0 : 2);
}

/** A file that takes longer hangs. */
const PATIENCE = 60_000;
const place = mkdtempSync(join(tmpdir(), 'diff-fuzz-'));
console.log('| parser | files read | blocks of code | kept files | findings |\n|---|--:|--:|--:|--:|');
for (const name of positionals.length ? positionals : names) {
  const { told, findings } = await fuzzed(name);
  console.log(`| ${name} | ${told.runs} | ${told.blocks} | ${told.corpus} | ${findings.length} |`);
  for (const finding of findings) console.error(`\n${name}: ${finding}\n`);
  if (findings.length) process.exitCode = 1;
}
rmSync(place, { recursive: true, force: true });

function fuzzed(name: string): Promise<{ told: Told; findings: string[] }> {
  const file = join(place, name);
  const child = fork(
    fileURLToPath(new URL('fuzz-one.ts', import.meta.url)),
    [name, values.seconds, values.seed, file],
    {
      execArgv: ['--conditions=@diff/source', '--import', 'tsx', '--max-old-space-size=768'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  );
  let told: Told = { parser: name, runs: 0, blocks: 0, corpus: 0 };
  const findings: string[] = [];
  let stderr = '';
  child.stderr!.on('data', (text) => {
    stderr = `${stderr}${text}`.slice(-2000);
  });
  // Programs start slowly where much else is done.
  let timer = setTimeout(() => child.kill('SIGKILL'), 10 * PATIENCE);
  child.on('message', (message: Told) => {
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    told = message;
    if (message.finding) findings.push(`${message.finding.why}\n${message.finding.file}`);
  });
  return new Promise((resolve) =>
    child.on('exit', (code) => {
      clearTimeout(timer);
      if (code !== 0) {
        let last = '';
        try {
          last = readFileSync(file, 'base64');
        } catch {
          // It ended before it read any.
        }
        findings.push(`it ended (${code ?? 'killed, since it hung'}) at ${last}\n${stderr}`);
      }
      resolve({ told, findings });
    }),
  );
}
