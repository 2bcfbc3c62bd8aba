import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Done } from './run-folder.js';

const page = fileURLToPath(new URL('../../../docs/diagnosis-networks.md', import.meta.url));

/** A Markdown table; columns after the first are numbers. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = `|${columns.map((_, i) => (i ? ' ---: ' : ' --- ')).join('|')}|`;
  return [line(columns), rule, ...rows.map(line)].join('\n');
}

/** Prints a result, and with `write` puts it into docs/diagnosis-networks.md in place of the one before. */
export function publish(name: string, body: string, done: readonly Done<unknown>[], write: boolean): void {
  console.log(body);
  if (!write) return;
  const minutes = done.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  const made = `\`npm run ${name} -w examples/diagnosis -- --write\`: ${done.length} trainings, ${minutes.toFixed(0)} minutes of one core (${cpus()[0]?.model.trim()}, wasm), ${new Date().toISOString().slice(0, 10)}.`;
  const [from, to] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const text = readFileSync(page, 'utf8');
  const [start, end] = [text.indexOf(from), text.indexOf(to)];
  if (start === -1 || end < start) throw new Error(`${page} has no section ${from} … ${to}`);
  writeFileSync(page, `${text.slice(0, start)}${from}\n${body}\n\n${made}\n${text.slice(end)}`);
}
