/**
 * npm run bench                    every suite, printed
 * npm run bench -- metrics fusion  these suites
 * npm run bench -- metrics --write also puts their results into docs/results/benchmarks.md, where every peer was there
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { replaceSection } from '../tools/page-section.js';
import type { Report, Suite } from './harness.js';

const here = dirname(fileURLToPath(import.meta.url));
const results = join(here, '../docs/results/benchmarks.md');
const suites = readdirSync(here).flatMap((file) => file.match(/^(.+)\.bench\.ts$/)?.[1] ?? []);

const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const unknown = wanted.filter((name) => !suites.includes(name));
if (unknown.length) {
  console.error(`No suite called ${unknown.join(', ')}; there are ${suites.join(', ')}.`);
  process.exit(2);
}

for (const name of wanted.length ? wanted : suites) {
  const lines: string[] = [];
  const absent: string[] = [];
  const say = (text: string) => {
    lines.push(text);
    console.log(text);
  };
  const report: Report = {
    heading: (text) => say(`\n### ${text}\n`),
    note: (text) => say(`${text}\n`),
    absent: (peers) => {
      absent.push(...peers);
      if (peers.length) say(`Not here: ${peers.join('; ')}.\n`);
    },
    table: (columns, rows) => {
      say(`| ${columns.join(' | ')} |`);
      say(`|${columns.map((_, i) => (i ? ' ---: ' : ' --- ')).join('|')}|`);
      for (const row of rows) say(`| ${row.join(' | ')} |`);
      say('');
    },
  };
  console.log(`\n## ${name}`);
  const { default: suite } = (await import(pathToFileURL(join(here, `${name}.bench.ts`)).href)) as {
    default: Suite;
  };
  await suite(report);
  if (!process.argv.includes('--write')) continue;
  if (absent.length === 0) writeSection(name, lines.join('\n').trim());
  else {
    console.error(
      `${name} is not written, since it was measured without all its peers: ${absent.join('; ')}`,
    );
    process.exitCode = 1;
  }
}

/** Replaces the section of `name` in docs/results/benchmarks.md, or adds it. */
function writeSection(name: string, body: string): void {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
  const section = `## ${name}\n\n\`npm run bench -- ${name}\` on ${machine}.\n\n${body}`;
  const page = readFileSync(results, 'utf8');
  const added = `${page.trimEnd()}\n\n<!-- ${name} -->\n${section}\n<!-- /${name} -->\n`;
  writeFileSync(results, replaceSection(page, name, section) ?? added);
}
