/**
 * What `diff-pipeline fuse --volume` takes: makes volumes of some raters as `.nii.gz`, fuses them in a process of its own, and prints
 * its time and its peak memory (`VmHWM` of Linux).
 *
 *     node --conditions=@diff/source --import tsx benchmarks/fuse-volume.ts [method] [width] [height] [depth] [raters]
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeNifti } from '@diff/datasets';

const [method = 'mean', ...numbers] = process.argv.slice(2);
const [width = 512, height = 512, depth = 200, raters = 3] = numbers.map(Number);
const affine = [-0.7, 0, 0, 0, 0, -0.7, 0, 0, 0, 0, 1.5, 0, 0, 0, 0, 1];

/** An ellipsoid, a little displaced and of another size for each rater. */
function mask(rater: number): Uint8Array {
  const inside = new Uint8Array(width * height * depth);
  const [x0, radius] = [width * (0.49 + 0.01 * rater), width * (0.24 + 0.01 * (rater % 3))];
  for (let z = 0, i = 0; z < depth; z++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, i++) {
        const [u, v, w] = [(x - x0) / radius, (y / height - 0.5) / 0.22, (z / depth - 0.5) / 0.35];
        inside[i] = Number(u * u + v * v + w * w < 1);
      }
  return inside;
}

const root = await mkdtemp(join(tmpdir(), 'diff-fuse-volume-'));
const masks = join(root, 'masks');
try {
  await mkdir(masks);
  for (let rater = 1; rater <= raters; rater++)
    await writeFile(
      join(masks, `a_${rater}.nii.gz`),
      await encodeNifti(mask(rater), { width, height, depth, affine }),
    );
  const cli = fileURLToPath(new URL('../packages/pipeline/src/cli/main.ts', import.meta.url));
  const args = ['fuse', masks, '--masks', '{id}_{rater}.nii.gz', '--volume', '--method', method];
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ['--conditions=@diff/source', '--import', 'tsx', cli, ...args, '--out', join(root, 'out')],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  let peak = 0;
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  }, 100);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(watch);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  process.exitCode = Number(code);
  console.log(
    `${method}, ${width} × ${height} × ${depth}, ${raters} raters: ${seconds} s, peak ${(peak / 1e6).toFixed(2)} GB`,
  );
} finally {
  await rm(root, { recursive: true, force: true });
}
