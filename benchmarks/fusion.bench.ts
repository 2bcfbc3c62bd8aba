import { majorityVote, meanVote, staple, stapleMultiLabel } from '@diff/fusion';
import { compare, type Report, significant, tabulate } from './harness.js';
import { buildItk, runItk } from './peers/staple-itk.js';
import { discMasks, noisyMasks } from './peers/staple-masks.js';

const RATERS = 7;

export default async function fusion(report: Report): Promise<void> {
  await againstAverageVote(report);
  await scaling(report);
  await againstItk(report);
}

async function againstAverageVote(report: Report): Promise<void> {
  const panels = {
    discs: discMasks(RATERS, 1024, 1024),
    'independent noise': noisyMasks(RATERS, 1024 * 1024),
  };
  report.heading(`STAPLE to convergence beside the mean vote, 1024 × 1024, ${RATERS} raters`);
  for (const [kind, masks] of Object.entries(panels)) {
    const { iterations } = staple(masks);
    report.note(`${kind} (STAPLE converges in ${iterations} iterations):`);
    tabulate(
      report,
      await compare({
        meanVote: () => meanVote(masks),
        majorityVote: () => majorityVote(masks),
        staple: () => staple(masks),
      }),
    );
  }
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
    ['pixels', 'iterations', 'CPU ms', 'ns a pixel'],
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
    report.note('ITK 5 (Debian: libinsighttoolkit5-dev, g++) is not on this machine: skipped.');
    return;
  }
  const rows: (string | number)[][] = [];
  let version = '';
  for (const [kind, size, masks] of [
    ['discs', 256, discMasks(RATERS, 256, 256)],
    ['discs', 1024, discMasks(RATERS, 1024, 1024)],
    ['independent noise', 1024, noisyMasks(RATERS, 1024 * 1024)],
  ] as const) {
    const run = runItk(itk, 'binary', masks, [size, size], 1, { repeats: 3 });
    version = run.version;
    const ours = staple(masks);
    const [row] = await compare({ staple: () => staple(masks) }, { rounds: 3 });
    const theirs = [...run.times].sort((a, b) => a - b)[1]!;
    const difference = Math.max(
      maximum(ours.probability, new Float64Array(run.output.buffer)),
      maximum(ours.sensitivity, run.sensitivity!),
      maximum(ours.specificity, run.specificity!),
    );
    rows.push([
      `${size}², ${kind}`,
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
