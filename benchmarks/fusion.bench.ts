import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  dawidSkene,
  disagreement,
  majorityVote,
  majorityVoteMultiLabel,
  meanVote,
  rankRaters,
  rasterize,
  shapeBasedAverage,
  shapeBasedAverageMultiLabel,
  simple,
  staple,
  stapleMrf,
  stapleMultiLabel,
  stapleSpatial,
} from '@diff/fusion';
import { balls, methods } from './fusion-volume.js';
import { compare, median, type Report, type Row, significant, tabulate } from './harness.js';
import { buildItk, runItk } from './peers/staple-itk.js';
import { discMasks, noisyMasks } from './peers/staple-masks.js';

const RATERS = 7;
const volumeScript = fileURLToPath(new URL('./fusion-volume.ts', import.meta.url));

export default async function fusion(report: Report): Promise<void> {
  await againstPlainPass(report);
  await scaling(report);
  volumes(report);
  await againstItk(report);
}

/** Every algorithm, beside one plain pass that adds up the masks. */
async function againstPlainPass(report: Report): Promise<void> {
  const [height, width] = [256, 256];
  const shape = [height, width];
  const masks = discMasks(RATERS, height, width);
  const labels = noisyMasks(RATERS, height * width, 1, 4);
  const disc = Array.from({ length: 360 }, (_, i) => [
    width * (0.5 + 0.25 * Math.cos((i * Math.PI) / 180)),
    height * (0.5 + 0.25 * Math.sin((i * Math.PI) / 180)),
  ]);
  report.heading(`Every algorithm beside a plain pass over the data, ${height} × ${width}, ${RATERS} raters`);
  report.note(
    'CPU time. The plain pass adds up the masks, pixel by pixel, and checks nothing. Discs; label maps are noise of 4 labels. Iterative methods run to \
their default convergence.',
  );
  tabulate(
    report,
    cpuTimes({
      'a plain pass': () => {
        const sums = new Float64Array(height * width);
        for (const mask of masks) for (let j = 0; j < mask.length; j++) sums[j]! += mask[j]!;
        return sums;
      },
      meanVote: () => meanVote(masks),
      majorityVote: () => majorityVote(masks),
      rankRaters: () => rankRaters(masks, masks[0]!),
      disagreement: () => disagreement(masks, { shape }),
      'rasterize, one outline': () => rasterize([disc], { shape }),
      staple: () => staple(masks),
      simple: () => simple(masks),
      'dawidSkene, 2 classes': () => dawidSkene(masks, { classes: 2 }),
      stapleMrf: () => stapleMrf(masks, { shape }),
      'stapleSpatial, 10 iterations': () => stapleSpatial(masks, { shape, maxIterations: 10, tolerance: 0 }),
      shapeBasedAverage: () => shapeBasedAverage(masks, { shape }),
      'majorityVoteMultiLabel, 4 labels': () => majorityVoteMultiLabel(labels),
      'stapleMultiLabel, 4 labels': () => stapleMultiLabel(labels),
      'shapeBasedAverageMultiLabel, 4 labels': () => shapeBasedAverageMultiLabel(labels, { shape }),
    }),
  );
}

/** CPU time of each task, the median of rounds over all of them, after one to warm up. */
function cpuTimes(tasks: Record<string, () => unknown>, rounds = 7): Row[] {
  const samples = new Map(Object.keys(tasks).map((name): [string, number[]] => [name, []]));
  for (let round = 0; round <= rounds; round++)
    for (const [name, times] of samples) {
      const before = process.cpuUsage();
      let repeats = 0;
      let spent = 0;
      // At least 20 ms, since the clock of CPU time is coarse.
      do {
        tasks[name]!();
        repeats++;
        const { user, system } = process.cpuUsage(before);
        spent = (user + system) / 1000;
      } while (spent < 20);
      if (round) times.push(spent / repeats);
    }
  const rows = [...samples].map(([name, times]) => ({ name, milliseconds: median(times) }));
  return rows.map((row) => ({ ...row, ratio: row.milliseconds / rows[0]!.milliseconds }));
}

/** Time and peak memory of fusing volumes, each in a process of its own. */
function volumes(report: Report): void {
  const [extent, raters] = [256, 5];
  report.heading(`Volumes of ${extent}³ voxels, ${raters} raters`);
  report.note(
    'Each method in a process of its own. Memory is the peak of the process, less what it held with the masks read (5 bytes per \
voxel and Node itself).',
  );
  const run = (method: string) => {
    const args = ['--conditions=@diff/source', '--import', 'tsx', volumeScript, method, extent, raters];
    const out = execFileSync(process.execPath, args.map(String), { encoding: 'utf8' });
    return JSON.parse(out) as { seconds: number; before: number; peak: number };
  };
  report.table(
    ['method', 's', 'MiB more', 'bytes per voxel'],
    Object.keys(methods).map((method) => {
      const { seconds, before, peak } = run(method);
      const more = (peak - before) * 1024;
      return [method, significant(seconds), Math.round(more / 2 ** 20), Math.round(more / extent ** 3)];
    }),
  );
}

async function scaling(report: Report): Promise<void> {
  report.heading(`STAPLE from 256² to 4096², ${RATERS} raters (discs)`);
  const sizes = [256, 512, 1024, 2048, 4096];
  const panels = sizes.map((size) => discMasks(RATERS, size, size));
  report.note(
    'CPU time of the process (user and system, garbage collection included), the median of 15 rounds over all sizes: \
other work on the machine lengthens the wall time of long tasks more than of short ones.',
  );
  const samples = sizes.map((): number[] => []);
  for (let round = 0; round <= 15; round++)
    panels.forEach((masks, i) => {
      const repeats = Math.max(1, 2048 ** 2 / sizes[i]! ** 2);
      const before = process.cpuUsage();
      for (let k = 0; k < repeats; k++) staple(masks);
      const { user, system } = process.cpuUsage(before);
      if (round) samples[i]!.push((user + system) / 1000 / repeats);
    });
  report.table(
    ['pixels', 'iterations', 'CPU ms', 'ns per pixel'],
    sizes.map((size, i) => {
      const milliseconds = samples[i]!.sort((a, b) => a - b)[7]!;
      const { iterations } = staple(panels[i]!);
      return [
        `${size}²`,
        iterations,
        significant(milliseconds),
        significant((milliseconds * 1e6) / size ** 2),
      ];
    }),
  );

  report.heading('STAPLE with more raters, 1024²');
  report.note('Up to 16 raters a pattern is its own index (one byte, or two); beyond, patterns are hashed.');
  const discs = discMasks(20, 1024, 1024);
  const noise = noisyMasks(20, 1024 * 1024);
  tabulate(
    report,
    await compare({
      '7 raters, discs': () => staple(discs.slice(0, 7)),
      '16 raters, discs': () => staple(discs.slice(0, 16)),
      '20 raters, discs': () => staple(discs),
      '20 raters, independent noise': () => staple(noise),
    }),
  );
}

async function againstItk(report: Report): Promise<void> {
  report.heading('Beside ITK');
  const itk = buildItk();
  if (!itk) {
    report.absent(['ITK 5 (Debian: libinsighttoolkit5-dev, g++)']);
    return;
  }
  const rows: (string | number)[][] = [];
  let version = '';
  for (const [kind, shape, masks] of [
    ['256², discs', [256, 256], discMasks(RATERS, 256, 256)],
    ['1024², discs', [1024, 1024], discMasks(RATERS, 1024, 1024)],
    ['1024², independent noise', [1024, 1024], noisyMasks(RATERS, 1024 * 1024)],
    // Over 2²⁴ voxels; ITK's filter looks at each voxel alone, so that slices may lie below one another.
    ['257³, balls', [257 * 257, 257], balls(RATERS, 257)],
  ] as [string, [number, number], Uint8Array[]][]) {
    const run = runItk(itk, 'binary', masks, shape, 1, { repeats: masks[0]!.length > 2 ** 24 ? 1 : 3 });
    version = run.version;
    const ours = staple(masks);
    const [row] = await compare({ staple: () => staple(masks) }, { rounds: 3 });
    const theirs = median(run.times);
    const difference = Math.max(
      maximum(ours.probability, new Float64Array(run.output.buffer)),
      maximum(ours.sensitivity, run.sensitivity!),
      maximum(ours.specificity, run.specificity!),
    );
    rows.push([
      kind,
      `${ours.iterations} / ${run.elapsed + 1}`,
      significant(row!.milliseconds),
      significant(theirs),
      significant(theirs / row!.milliseconds),
      difference.toExponential(1),
    ]);
  }
  report.note(
    `\`STAPLEImageFilter\` of ITK ${version} (C++, g++ -O3 -march=native, \`Update()\` alone, one thread as it is), \
same masks, to convergence. The last column is the largest difference in W, p and q.`,
  );
  report.table(
    ['masks', 'iterations, ours / ITK', '@diff/fusion ms', 'ITK ms', 'ITK / ours', 'difference'],
    rows,
  );

  let worst = 0;
  let sameIterations = 0;
  const otherLabels: number[] = [];
  const panels = 40;
  for (let seed = 1; seed <= panels; seed++) {
    const raters = 2 + (seed % 19);
    const masks = noisyMasks(raters, 64 * 64, seed);
    const run = runItk(itk, 'binary', masks, [64, 64], 1);
    const ours = staple(masks);
    worst = Math.max(worst, maximum(ours.probability, new Float64Array(run.output.buffer)));
    worst = Math.max(worst, maximum(ours.sensitivity, run.sensitivity!));
    worst = Math.max(worst, maximum(ours.specificity, run.specificity!));
    if (ours.iterations === run.elapsed + 1) sameIterations++;
    const labels = noisyMasks(raters, 64 * 64, seed, 4);
    const multi = runItk(itk, 'labels', labels, [64, 64], 1e-9);
    const { labelMap } = stapleMultiLabel(labels, { tolerance: 1e-9 });
    if (maximum(labelMap, multi.output) > 0) otherLabels.push(raters);
  }
  report.note(
    `On ${panels} random panels of 2 to 20 raters, 64²: the largest difference in W, p and q is \
${worst.toExponential(1)}, the number of iterations is the same in ${sameIterations}. With 4 labels \
\`stapleMultiLabel\` and \`MultiLabelSTAPLEImageFilter\` (threshold 1e-9) give the same map in \
${panels - otherLabels.length}; the panels that differ have ${otherLabels.join(' and ') || 'no'} raters (two raters who \
disagree tie in the starting vote, which ITK 5 writes past the end of a matrix's row).`,
  );
}

function maximum(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
