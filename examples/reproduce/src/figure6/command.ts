import { Command } from 'commander';
import { grid, runCells, say } from '../shared/cells.js';
import { expertness } from '../shared/fusions.js';
import { markdownTable, plusMinus } from '../shared/markdown.js';
import { type Counts, countsOf, type RunOptions, withOptions } from '../shared/options.js';
import { publish } from '../shared/page.js';
import { checkCases, checkTasks } from '../shared/tasks.js';
import { type Figure6Result, type Figure6Settings, pictureOf } from './cell.js';

const counts = {
  train: [200, 'training cases'],
  test: [20, 'fused cases'],
  size: [64, 'side of the images'],
  width: [8, 'channels of the ResNet18 after the stem'],
  epochs: [40, 'of the diagnosis network'],
} satisfies Counts;

type Options = RunOptions & Record<keyof typeof counts, number>;

/** The paper's Figure 6: how smooth the expertness maps are by parametrisation, as a picture and in numbers. */
export const figure6Command = () =>
  withOptions(new Command('figure6'), { tasks: ['fundus'], counts })
    .description('expertness maps by parametrisation: a picture, and their share of high frequencies')
    .action(async (options: Options) => {
      checkTasks(options.tasks, options.data);
      await checkCases(options);
      const sizes = countsOf(counts, options);
      const done = await runCells<Figure6Result, Figure6Settings>(grid('figure6', options, sizes), options);
      for (const { settings } of done) say(`picture: ${pictureOf(settings, options.out)}`);
      const rows = Object.keys(expertness).map((name) => [
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
        `${options.seeds} seeds of ${sizes.test} fused cases each; ${sizes.size} × ${sizes.size}, objective \`logit\`, ` +
        `iterations by the preset; Baseline-Dia of width ${sizes.width}, ${sizes.train} training cases, ${sizes.epochs} epochs.`;
      const drawn = done.map(({ settings }) => settings).filter(({ seed }) => seed === 0);
      const nameIn = ({ task }: Figure6Settings) => `figure6-${task}.png`;
      const files = Object.fromEntries(drawn.map((one) => [nameIn(one), pictureOf(one, options.out)]));
      const pictures = drawn.map(
        (one) => `![Fused labels and expertness maps by parametrisation, ${one.task}](${nameIn(one)})`,
      );
      const table = markdownTable(['parametrisation', ...options.tasks], rows);
      const body = [about, table, ...(options.write ? pictures : [])].join('\n\n');
      await publish(
        { section: 'figure6', page: 'results/figure6.md', body, cells: done, files },
        options.write,
      );
    });
