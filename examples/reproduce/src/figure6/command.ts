import { Command } from 'commander';
import { grid, runCells, say } from '../shared/cells.js';
import { checkCases } from '../shared/check-cases.js';
import { markdownTable, plusMinus } from '../shared/markdown.js';
import {
  type CaseCounts,
  type Counts,
  countsOf,
  diagnosisEpochs,
  networkCounts,
  type RunOptions,
  scheduleOf,
  withOptions,
} from '../shared/options.js';
import { publish } from '../shared/page.js';
import { compared, type Figure6Result, type Figure6Settings, figure6Passes, pictureOf } from './cell.js';

const counts = { ...networkCounts, epochs: diagnosisEpochs } satisfies Counts;

type Options = RunOptions & CaseCounts & Record<keyof typeof counts, number>;

/** The paper's Figure 6: how smooth the expertness maps are by parametrisation, as a picture and in numbers. */
export const figure6Command = () =>
  withOptions(new Command('figure6'), {
    tasks: ['fundus'],
    // The paper shows two cases; a mean takes more.
    cases: { train: 200, test: 20, ofPaper: { test: 20 } },
    counts,
  })
    .description('expertness maps by parametrisation: a picture, and their share of high frequencies')
    .action(async (options: Options) => {
      const cases = await checkCases(options);
      const sizes = { ...countsOf(counts, options), schedule: scheduleOf(options) };
      const cells = grid('figure6', options, (task, seed) => ({ ...sizes, ...cases.of(task, seed) }));
      const done = await runCells<Figure6Result, Figure6Settings>(cells, options, {
        work: { passes: figure6Passes, network: sizes },
      });
      for (const { settings } of done) say(`picture: ${pictureOf(settings, options.out)}`);
      const rows = Object.keys(compared).map((name) => [
        name,
        ...options.tasks.map((task) =>
          plusMinus(
            done.filter(({ settings }) => settings.task === task).map(({ result }) => result[name]!),
            4,
          ),
        ),
      ]);
      const about =
        'Share of the maps’ energy above a quarter of the Nyquist frequency, mean and 95 % interval over ' +
        `${options.seeds} seeds; ${sizes.size} × ${sizes.size}, objective \`logit\`, iterations by the preset; Baseline-Dia ` +
        `(ResNet${sizes.depth}) of width ${sizes.width}, ${sizes.epochs} epochs; ${cases.about}, which are fused. Matched: at ExpG’s step size and with its bound.`;
      const drawn = done.map(({ settings }) => settings).filter(({ seed }) => seed === 0);
      const nameIn = ({ task }: Figure6Settings) => `figure6-${task}.png`;
      const files = Object.fromEntries(drawn.map((one) => [nameIn(one), pictureOf(one, options.out)]));
      const pictures = drawn.map(
        (one) => `![Fused labels and expertness maps by parametrisation, ${one.task}](${nameIn(one)})`,
      );
      const table = markdownTable(['parametrisation', ...options.tasks], rows);
      const body = [about, table, ...(options.write ? pictures : [])].join('\n\n');
      await publish(
        { section: 'figure6', page: 'results/figure6.md', body, cells: done, files, engine: options.engine },
        options.write,
      );
    });
