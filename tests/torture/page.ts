import { readFileSync } from 'node:fs';
import type { Row } from './torture.js';

/** What is on a page of results, or was found in one sitting. */
export interface Tally {
  /** When, for how long and with which seed, a line each. */
  sittings: string[];
  rows: { part: string; kind: string; tried: number; failed: number }[];
}

export const tallyOf = (sitting: string, rows: readonly Row[]): Tally => ({
  sittings: [sitting],
  rows: rows.map(({ part, kind, tried, failures }) => ({ part, kind, tried, failed: failures.length })),
});

/** What a page holds, which is nothing where there is none. */
export function readPage(path: string): Tally {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return {
    sittings: [...text.matchAll(/^- (.*)$/gm)].map(([, sitting]) => sitting!),
    rows: [...text.matchAll(/^\| ([^|*]+) \| ([^|]+) \| (\d+) \| \d+ \| (\d+) \|$/gm)].map(
      ([, part, kind, tried, failed]) => ({
        ...{ part: part!, kind: kind! },
        ...{ tried: Number(tried), failed: Number(failed) },
      }),
    ),
  };
}

/** Both together: a sitting adds to those before. */
export function added(before: Tally, now: Tally): Tally {
  const rows = new Map(before.rows.map((row) => [`${row.part}: ${row.kind}`, { ...row }]));
  for (const row of now.rows) {
    const key = `${row.part}: ${row.kind}`;
    const known = rows.get(key);
    rows.set(key, {
      ...row,
      tried: row.tried + (known?.tried ?? 0),
      failed: row.failed + (known?.failed ?? 0),
    });
  }
  const order = [...rows.values()].sort((a, b) => a.part.localeCompare(b.part));
  return { sittings: [...before.sittings, ...now.sittings], rows: order };
}

export function page({ sittings, rows }: Tally): string {
  const parts = [...new Set(rows.map(({ part }) => part))];
  const line = (part: string, kind: string, tried: number, failed: number) =>
    `| ${part} | ${kind} | ${tried} | ${tried - failed} | ${failed} |`;
  const sum = (part: string, name: 'tried' | 'failed') =>
    rows.filter((row) => row.part === part).reduce((total, row) => total + row[name], 0);
  return [
    '# Torture, as it came out',
    '',
    'What `npm run torture -- --write` found in all its sittings together; one more adds to it. What failed is mended, and a test, before',
    'the page is begun anew. See [Reliability](../reliability.md).',
    '',
    ...sittings.map((sitting) => `- ${sitting}`),
    '',
    '| | what | tried | survived | failed |',
    '|---|---|--:|--:|--:|',
    ...parts.map((part) => line(`**${part}**`, 'all', sum(part, 'tried'), sum(part, 'failed'))),
    ...rows.map(({ part, kind, tried, failed }) => line(part, kind, tried, failed)),
    '',
  ].join('\n');
}
