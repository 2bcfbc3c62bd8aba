import { Command, Option } from 'commander';
import { UserError } from 'diff-pipeline';
import type { Cell } from '../shared/cell.js';
import { runCells } from '../shared/cells.js';
import { rootOf } from '../shared/data-roots.js';
import { type Counts, countsOf, networkCounts, type RunOptions, withOptions } from '../shared/options.js';
import { publish } from '../shared/page.js';
import { type DPersonaResult, type DPersonaSettings, dpersonaId, methodNames, slicesOf } from './cell.js';
import { dpersonaTable } from './table.js';

const counts = {
  ...networkCounts,
  epochs: [30, 'of each training'],
  samples: [16, 'masks drawn for a case; the protocol has 50'],
  folds: [4, 'parts of whole patients, as in the protocol'],
} satisfies Counts;

type Options = RunOptions & Record<keyof typeof counts, number> & { methods: string[] };

/** D-Persona's protocol on the LIDC slices at hand: sets of predictions against sets of readers' masks. */
export const dpersonaCommand = () =>
  withOptions(new Command('dpersona'), {
    counts,
    notOfPaper: 'it follows the protocol of D-Persona (Wu et al., CVPR 2024), on LIDC',
  })
    .description(
      'GED, Dice_soft, Dice_max and Dice_match of every network that learns from several raters, on LIDC',
    )
    .addOption(new Option('--methods <names...>').choices(methodNames).default([...methodNames], 'all'))
    .action(async (options: Options) => {
      const { folds, ...settings } = countsOf(counts, options);
      const slices = await slicesOf(rootOf(options.data, 'lidc'), settings.size);
      const patients = new Set(slices.entries.map(({ patient }) => patient)).size;
      if (folds < 2 || folds > patients)
        throw new UserError(`--folds is ${folds}, expected 2 to the ${patients} patients`);
      // Fold by fold, so that a run that is stopped has something of every method.
      const cells = Array.from({ length: folds }, (_, fold) =>
        options.methods.map((method): Cell<DPersonaSettings> => {
          const all = { method, ...settings, schedule: 'cosine' as const, fold, folds, seed: 0 };
          return { id: dpersonaId(all), kind: 'dpersona', settings: all };
        }),
      ).flat();
      const trained = slices.length * (1 - 1 / folds);
      const done = await runCells<DPersonaResult, DPersonaSettings>(cells, options, {
        work: { passes: ({ epochs }) => 2 * epochs * trained, network: settings },
      });
      const about =
        `${slices.length} middle slices of LIDC's nodules that at least two readers outlined, ${patients} patients, ${folds} folds of whole patients; ` +
        `${settings.size} × ${settings.size}, width ${settings.width}, ${settings.epochs} epochs, ${settings.samples} samples. Raters are the masks of a case ` +
        'sorted by area. Means over cases, in brackets 95 % bootstrap intervals over patients.';
      const table = dpersonaTable(done.map(({ settings: { method }, result }) => ({ method, result })));
      await publish(
        {
          section: 'dpersona',
          page: 'results/dpersona.md',
          body: `${about}\n\n${table}`,
          cells: done,
          engine: options.engine,
        },
        options.write,
      );
    });
