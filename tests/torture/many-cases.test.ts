import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { greyBmp } from '../../packages/datasets/src/formats/bmp.js';

const cli = fileURLToPath(new URL('../../packages/pipeline/src/cli/main.ts', import.meta.url));

/** Fuses so many cases of two raters, and gives the most memory that it took, in MB, and how many were written. */
async function fused(count: number): Promise<{ most: number; written: number }> {
  const place = mkdtempSync(join(tmpdir(), 'diff-many-'));
  try {
    const mask = greyBmp(
      Uint8Array.from({ length: 64 }, (_, i) => (i % 3 ? 255 : 0)),
      8,
      8,
    );
    const masks = join(place, 'masks');
    for (const rater of ['a', 'b']) {
      mkdirSync(join(masks, rater), { recursive: true });
      for (let i = 0; i < count; i++) writeFileSync(join(masks, rater, `${i}.bmp`), mask);
    }
    const out = join(place, 'out');
    const child = spawn(
      process.execPath,
      [
        ...['--conditions=@diff/source', '--import', 'tsx', cli, 'fuse', masks],
        ...['--masks', '{rater}/{id}.bmp', '--method', 'mean', '--out', out],
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    let most = 0;
    const look = setInterval(() => {
      try {
        const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
        most = Math.max(most, Number(kilobytes ?? 0) / 1024);
      } catch {
        // It has ended.
      }
    }, 100);
    await new Promise((resolve) => child.on('close', resolve));
    clearInterval(look);
    const written = readdirSync(out, { recursive: true }).filter((name) =>
      /\.png$/.test(String(name)),
    ).length;
    return { most, written };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

// Where the system tells what a process has taken.
it.skipIf(process.platform !== 'linux')(
  '20,000 cases are fused in about the memory of 1,000',
  async () => {
    const few = await fused(1000);
    const many = await fused(20_000);
    console.log(`fuse, 1,000 cases: ${few.most.toFixed(0)} MB; 20,000 cases: ${many.most.toFixed(0)} MB`);
    expect([few.written, many.written]).toEqual([1000, 20_000]);
    // A list of the files, of a few kB per case, and what the collector has not collected yet.
    expect(many.most - few.most).toBeLessThan(200);
  },
  1_800_000,
);
