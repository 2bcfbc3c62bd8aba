import { delong, delongTest } from '@diff/metrics';
import { Command, Option } from 'commander';
import { checkClasses, UserError } from 'diff-pipeline';
import type { Cell } from '../shared/cell.js';
import { runCells } from '../shared/cells.js';
import { rootOf } from '../shared/data-roots.js';
import { judgeNames } from '../shared/judges.js';
import { markdownTable } from '../shared/markdown.js';
import { type Counts, countsOf, type RunOptions, withOptions } from '../shared/options.js';
import { publish } from '../shared/page.js';
import { type MalignancyResult, type MalignancySettings, slicesOf } from './cell.js';

const counts = {
  folds: [5, 'how many, by patient'],
  size: [64, 'side of the slices'],
  width: [8, 'channels of the ResNet18s after the stem'],
  epochs: [6, 'over all slices'],
} satisfies Counts;

interface Options extends Omit<RunOptions, 'tasks' | 'seeds'>, Record<keyof typeof counts, number> {
  networks: string[];
}

/**
 * Figure 2's question of real lung nodules (LIDC-IDRI, 2-D slices): AUC for malignancy by k-fold cross-validation over
 * patients, with DeLong intervals, and DeLong's test against the network that sees no mask. A nodule's score is the
 * mean logit of its slices; the mask is the mean of the four readers'.
 */
export const malignancyCommand = () =>
  withOptions(new Command('malignancy'), {
    counts,
    out: '.diff/lidc',
    notOfPaper: 'it asks Figure 2’s question of LIDC’s nodules; figure2 asks it of the paper’s data',
  })
    .description('AUC for malignancy of real lung nodules, k-fold over patients')
    .addOption(
      new Option('--networks <names...>').choices(judgeNames).default(['noMask', 'dlCat', 'baselineDia']),
    )
    .action(async (options: Options) => {
      const { folds, size, width, epochs } = countsOf(counts, options);
      await checkFolds(rootOf(options.data, 'lidc'), folds, size);
      const cells = options.networks.flatMap((network) =>
        Array.from(
          { length: folds },
          (_, fold): Cell<MalignancySettings> => ({
            id: `${network}-${fold}`,
            kind: 'malignancy',
            settings: {
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
          }),
        ),
      );
      const done = await runCells<MalignancyResult, MalignancySettings>(cells, options);
      const pooled = new Map(
        options.networks.map((network) => {
          const own = done.flatMap(({ settings, result }) => (settings.network === network ? result : []));
          return [network, own.sort((a, b) => (a.nodule < b.nodule ? -1 : 1))];
        }),
      );
      const labels = pooled.get(options.networks[0]!)!.map(({ diagnosis }) => diagnosis);
      const about =
        `${labels.length} nodules, ${labels.filter(Boolean).length} of them malignant, in ${folds} folds over patients; ` +
        `slices of ${size} × ${size}, ResNet18 of width ${width}, ${epochs} epochs. AUC (%) of the pooled folds with DeLong’s ` +
        'interval, and DeLong’s test against noMask.';
      const body = `${about}\n\n${malignancyTable(labels, pooled)}`;
      await publish(
        { section: 'lidc', page: 'results/malignancy.md', body, cells: done, engine: options.engine },
        options.write,
      );
    });

/** A fold may be of one class, because folds are pooled; what a network is trained on may not. */
async function checkFolds(root: string, folds: number, size: number): Promise<void> {
  const slices = await slicesOf(root, size);
  const patients = new Set(slices.entries.map(({ patient }) => patient)).size;
  if (folds < 2 || folds > patients)
    throw new UserError(`--folds is ${folds}, expected 2 to the ${patients} patients`);
  for (const [fold, { train }] of slices.folds(folds, { by: 'patient', seed: 0 }).entries())
    checkClasses(train.entries, `the training slices of fold ${fold}`, 2);
}

function malignancyTable(labels: number[], pooled: Map<string, MalignancyResult>): string {
  const percent = (value: number) => (100 * value).toFixed(1);
  const range = (interval: [number, number]) => interval.map(percent).join(' to ');
  const logits = (network: string) => pooled.get(network)!.map(({ logit }) => logit);
  const rows = [...pooled.keys()].map((network) => {
    const { auc, interval } = delong(labels, logits(network));
    const cells = [network, percent(auc), range(interval)];
    if (network === 'noMask' || !pooled.has('noMask')) return [...cells, '', ''];
    const test = delongTest(labels, logits(network), logits('noMask'));
    const p = test.p < 0.001 ? '< 0.001' : test.p.toFixed(3);
    return [...cells, `${percent(test.difference)} (${range(test.interval)})`, p];
  });
  return markdownTable(['network', 'AUC', '95 % interval', 'less noMask', 'p'], rows);
}
