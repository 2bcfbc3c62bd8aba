import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@diff/backend';
import { randomStream } from '@diff/train';
import { damage } from './damage.js';
import { disks } from './disks.js';
import { hostile } from './hostile.js';
import { kills } from './kills.js';
import type { Part } from './part.js';
import { together } from './together.js';
import { makeWhole } from './whole-run.js';

export interface Row {
  part: string;
  kind: string;
  tried: number;
  failures: string[];
}

export interface TortureOptions {
  minutes: number;
  seed: number;
  /** Of these parts only. Default: all. */
  only?: readonly string[];
  /** How many processes start at the same time. Default: 20. */
  starts?: number;
  /** Each kind once at least, however long it takes. Default: true. */
  whole?: boolean;
  onRow?(row: Row): void;
}

export const partNames = [
  'kills',
  'damaged files',
  'hostile files',
  'hostile calls',
  'concurrent runs',
  'disks',
];

/** Does to runs and files what the world does, for so many minutes. The same seed does the same, but for the moments of kills. */
export async function torture({
  minutes,
  seed,
  only,
  starts = 20,
  whole: atLeastOnce = true,
  onRow,
}: TortureOptions): Promise<Row[]> {
  const place = mkdtempSync(join(tmpdir(), 'diff-torture-'));
  const rows = new Map<string, Row>();
  try {
    const needed = !only || only.some((name) => !/^hostile/.test(name));
    if (needed) await useBackend({ prefer: 'wasm' });
    const whole = needed ? await makeWhole(place) : { run: '', settings: '', data: '' };
    const parts: [name: string, share: number, part: Part][] = [
      ['kills', 0.4, kills(whole)],
      ['damaged files', 0.15, damage(whole)],
      ['hostile files', 0.15, hostile('read-hostile.ts')],
      ['hostile calls', 0.1, hostile('call-hostile.ts')],
      ['concurrent runs', 0.1, together(whole, starts)],
      ['disks', 0.1, disks(whole)],
    ];
    const chosen = parts.filter(([name]) => !only || only.includes(name));
    const all = chosen.reduce((sum, [, share]) => sum + share, 0);
    for (const [i, [name, share, part]] of chosen.entries()) {
      const end = performance.now() + (minutes * 60_000 * share) / all;
      const own = join(place, `part-${i}`);
      mkdirSync(own);
      const more = () => performance.now() < end;
      for await (const { kind, failure } of part({
        place: own,
        random: randomStream(seed, i),
        more,
        whole: atLeastOnce,
      })) {
        const key = `${name}: ${kind}`;
        const row = rows.get(key) ?? { part: name, kind, tried: 0, failures: [] };
        rows.set(key, row);
        row.tried++;
        if (failure) row.failures.push(failure);
        onRow?.(row);
      }
      rmSync(own, { recursive: true, force: true });
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  return [...rows.values()];
}

/** The rows as a Markdown table. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ part, kind, tried, failures }) =>
      `| ${part} | ${kind} | ${tried} | ${tried - failures.length} | ${failures.length} |`,
  );
  return ['| | what | tried | survived | failed |', '|---|---|--:|--:|--:|', ...lines].join('\n');
}
