import { Command } from 'commander';
import { rootOf } from '../shared/data-roots.js';
import { type RunOptions, withOptions } from '../shared/options.js';
import { publish } from '../shared/page.js';
import { papilaReadings } from './papila-readings.js';

/** How much PAPILA's AUCs depend on how the cup-to-disc ratio is read of a fused label. */
export const trustReadingsCommand = () =>
  withOptions(new Command('trust-readings'), {
    counts: {},
    notOfPaper: 'it goes beyond the paper, with the four programs of PAPILA',
  })
    .description('what the mean vote and STAPLE come to on PAPILA, by how the cup-to-disc ratio is read')
    .action(async (options: RunOptions) => {
      const started = performance.now();
      const table = await papilaReadings(rootOf(options.data, 'papila-models'));
      const body = `The AUC of the vertical cup-to-disc ratio (largest column of the cup by that of the disc), nothing learned.\n\n${table}`;
      const cells = [{ seconds: (performance.now() - started) / 1000 }];
      await publish(
        {
          section: 'papila-readings',
          page: 'results/trust.md',
          body,
          cells,
          unit: 'pass',
          engine: 'no engine',
        },
        options.write,
      );
    });
