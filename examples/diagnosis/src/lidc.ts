/**
 * Malignancy of real lung nodules (LIDC-IDRI, 2-D slices): AUC of diagnosis networks by k-fold cross-validation over
 * patients, with DeLong intervals, and DeLong's test against the network that sees no mask. A nodule's score is the
 * mean logit of its slices; the mask is the mean of the four readers'. Results are kept fold by fold in the run folder.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { delong, delongTest } from '@diff/metrics';
import { Command, InvalidArgumentError } from 'commander';
import type { LidcResult, LidcSettings } from './lidc-fold.js';
import { networks } from './networks.js';
import { markdownTable, publish } from './report.js';
import { type Job, runJobs } from './run-folder.js';

const count = (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a positive integer');
  return value;
};
const shared = fileURLToPath(new URL('../../../../shared/data', import.meta.url));

const program = new Command('lidc')
  .description('AUC for malignancy, k-fold over patients, with DeLong intervals')
  .option(
    '--data <folder>',
    'the folder that has LIDC-IDRI-XXXX folders and labels.csv',
    join(process.env.DIFF_DATA ?? shared, 'lidc'),
  )
  .option('--networks <names...>', `of ${Object.keys(networks).join(', ')}`, [
    'noMask',
    'dlCat',
    'baselineDia',
  ])
  .option('--folds <n>', 'how many', count, 5)
  .option('--size <pixels>', 'side of the slices', count, 64)
  .option('--width <channels>', 'of the ResNet18s after the stem', count, 8)
  .option('--epochs <n>', 'over all slices', count, 6)
  .option('--workers <n>', 'trainings at the same time', count, availableParallelism())
  .option('--out <folder>', 'run folder', '.diff/lidc')
  .option('--write', 'put the result into docs/diagnosis-networks.md', false)
  .parse();
const options = program.opts<{
  data: string;
  networks: string[];
  folds: number;
  size: number;
  width: number;
  epochs: number;
  workers: number;
  out: string;
  write: boolean;
}>();
if (!existsSync(options.data))
  program.error(`lidc: there is no folder ${options.data}; give one with --data`, { exitCode: 2 });
const unknown = options.networks.filter((name) => !networks[name]);
if (unknown.length) program.error(`lidc: unknown network ${unknown.join(', ')}`, { exitCode: 2 });

const { folds, size, width, epochs } = options;
const jobs: (Job & { settings: LidcSettings & Job['settings'] })[] = options.networks.flatMap((network) =>
  Array.from({ length: folds }, (_, fold) => ({
    id: `${network}-${fold}`,
    kind: 'lidc' as const,
    settings: {
      root: options.data,
      network,
      fold,
      folds,
      size,
      width,
      epochs,
      batchSize: 16,
      learningRate: 3e-3,
      seed: 0,
    },
  })),
);
const done = await runJobs<LidcResult>(options.out, jobs, options.workers);

const pooled = new Map(
  options.networks.map((network) => {
    const own = jobs.flatMap(({ settings }, i) => (settings.network === network ? done[i]!.result : []));
    return [network, own.sort((a, b) => (a.nodule < b.nodule ? -1 : 1))];
  }),
);
const percent = (value: number) => (100 * value).toFixed(1);
const range = (interval: [number, number]) => interval.map(percent).join(' to ');
const labels = [...pooled.values()][0]!.map(({ diagnosis }) => diagnosis);
const logits = (network: string) => pooled.get(network)!.map(({ logit }) => logit);
const rows = options.networks.map((network) => {
  const { auc, interval } = delong(labels, logits(network));
  const cells = [network, percent(auc), range(interval)];
  if (network === 'noMask' || !pooled.has('noMask')) return [...cells, '', ''];
  const test = delongTest(labels, logits(network), logits('noMask'));
  const p = test.p < 0.001 ? '< 0.001' : test.p.toFixed(3);
  return [...cells, `${percent(test.difference)} (${range(test.interval)})`, p];
});
const about =
  `${labels.length} nodules, ${labels.filter(Boolean).length} of them malignant, in ${folds} folds over patients; ` +
  `slices of ${size} × ${size}, ResNet18 of width ${width}, ${epochs} epochs. AUC (%) of the pooled folds with DeLong’s ` +
  'interval, and DeLong’s test against noMask.';
const table = markdownTable(['network', 'AUC', '95 % interval', 'less noMask', 'p'], rows);
publish('lidc', `${about}\n\n${table}`, done, options.write);
