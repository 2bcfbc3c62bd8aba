// Whether fusing streams: `node --conditions=@diff/source --import tsx benchmarks/fuse-many.ts 10000 3 256 staple` fuses that many cases of so many raters
// and pixels per side, and prints the memory of the process on the way.
import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { phantom, write } from '@diff/datasets';

const [cases = '10000', raters = '3', side = '256', method = 'staple'] = process.argv.slice(2);
const total = Number(cases);
const DRAWN = 20;

const root = await mkdtemp(join(tmpdir(), 'diff-fuse-many-'));
try {
  console.log(`${cases} cases of ${side}², ${raters} raters, ${method}`);
  await fill(root);
  const out = join(root, 'out');
  const cli = fileURLToPath(new URL('../packages/pipeline/src/cli/main.ts', import.meta.url));
  const args = ['fuse', join(root, 'masks'), '--masks', '{rater}/{id}.png', '--method', method, '--out', out];
  const child = spawn(process.execPath, ['--conditions=@diff/source', '--import', 'tsx', cli, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const start = performance.now();
  const marks = [0.01, 0.2, 0.4, 0.6, 0.8, 0.995];
  let peak = 0;
  const watch = setInterval(async () => {
    const table = await readFile(join(out, 'fusion.csv'), 'utf8').catch(() => '');
    const done = table.split('\n').length - 2;
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    const resident = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    if (!(resident > 0)) return;
    peak = Math.max(peak, resident);
    if (marks.length && done >= marks[0]! * total) {
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      // Fields 14 and 15 of proc_pid_stat(5), in hundredths of a second.
      const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '');
      const [user, system] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13)
        .map(Number);
      console.log(
        `${done} cases: ${resident.toFixed(0)} MiB resident (peak ${peak.toFixed(0)}), ${seconds} s, of a processor ${((user! + system!) / 100).toFixed(0)} s`,
      );
      marks.shift();
    }
  }, 500);
  const code = await ended;
  clearInterval(watch);
  console.log(
    `exit code ${code}, ${((performance.now() - start) / 1000).toFixed(0)} s, peak ${peak.toFixed(0)} MiB`,
  );
  console.log(`fusion.csv: ${(await stat(join(out, 'fusion.csv'))).size} bytes`);
} finally {
  await rm(root, { recursive: true, force: true });
}

/** A few phantoms, each copied to many ids. */
async function fill(root: string): Promise<void> {
  const drawn = phantom('skin', { cases: DRAWN, size: Number(side), seed: 1 });
  await write(drawn, join(root, 'drawn'), 'folder', { structure: drawn.structures[0]! });
  const names = drawn.raters.slice(0, Number(raters));
  if (names.length < Number(raters)) throw new RangeError(`there are ${names.length} raters to draw`);
  for (const rater of names) {
    await mkdir(join(root, 'masks', rater), { recursive: true });
    for (let i = 0; i < total; i++) {
      const id = drawn.entries[i % DRAWN]!.id;
      const from = join(root, 'drawn', 'masks', drawn.structures[0]!, rater, `${id}.png`);
      await copyFile(from, join(root, 'masks', rater, `case-${String(i).padStart(6, '0')}.png`));
    }
  }
}
