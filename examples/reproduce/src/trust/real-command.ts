import { Command, Option } from 'commander';
import type { Cell } from '../shared/cell.js';
import { type Done, runCells } from '../shared/cells.js';
import { rootOf } from '../shared/data-roots.js';
import { type Counts, countsOf, type RunOptions, withOptions } from '../shared/options.js';
import { publish } from '../shared/page.js';
import { diseases, type RealName, type RealResult, type RealSettings } from './real-cell.js';
import { realTable, weightTable } from './real-table.js';

const counts = {
  folds: [5, 'parts of whole patients, each fused by what the others taught'],
} satisfies Counts;

const sets = {
  'papila-models': { names: ['papila-models'], size: 64 },
  dermxdb: { names: diseases, size: 32 },
  lidc: { names: ['lidc'], size: 64 },
} satisfies Record<string, { names: readonly RealName[]; size: number }>;
type SetName = keyof typeof sets;

type Options = RunOptions & Record<keyof typeof counts, number> & { set: SetName };

const about: Record<SetName, string> = {
  'papila-models':
    'PAPILA, 416 eyes with a settled diagnosis, outlined by four named programs, no photographs. Scored by the vertical ' +
    'cup-to-disc ratio of the fused label, itself; the judge is a logistic regression on it.',
  dermxdb:
    'DermXDB, eight dermatologists, one disease against the other five, no photographs. Scored by a logistic regression on ' +
    'the areas of eight kinds of lesion. Intervals are of level 1 − 0.05 / 6, as there are six tests.',
  lidc:
    'LIDC, middle slices of 488 nodules, anonymous readers. Scored by a logistic regression on the area: only a form that ' +
    'knows no reader by name applies.',
};

/** Learns whom to trust of real raters, from folds of patients, and tests it on the fold left out. */
export const trustRealCommand = () =>
  withOptions(new Command('trust-real'), {
    counts,
    notOfPaper: 'it goes beyond the paper, with the raters of PAPILA, DermXDB and LIDC',
  })
    .description('expertness learned from real raters, by judges that read a biomarker of the masks')
    .addOption(new Option('--set <name>').choices(Object.keys(sets)).default('papila-models'))
    .action(async (options: Options) => {
      const { names, size } = sets[options.set];
      rootOf(options.data, options.set);
      const { folds } = countsOf(counts, options);
      const cells = names.flatMap((task) =>
        Array.from({ length: folds }, (_, fold): Cell<RealSettings> => {
          const settings = { task, fold, folds, size, seed: 0 };
          return { id: `${task.replaceAll(' ', '-')}-fold${fold}-of-${folds}`, kind: 'trustReal', settings };
        }),
      );
      const done = await runCells<RealResult, RealSettings>(cells, options);
      const tables = names.map((task) => {
        const results = (done as Done<RealResult, RealSettings>[])
          .filter(({ settings }) => settings.task === task)
          .map(({ result }) => result);
        const weights = weightTable(results);
        const title = names.length > 1 ? [`**${task}**`] : [];
        return [...title, realTable(results, names.length), ...(weights ? [weights] : [])].join('\n\n');
      });
      const how = `${folds} folds of whole patients; ${size} × ${size}; 95 % intervals by resampling patients.`;
      const body = [`${about[options.set]} ${how}`, ...tables].join('\n\n');
      await publish(
        { section: options.set, page: 'results/trust.md', body, cells: done, engine: options.engine },
        options.write,
      );
    });
