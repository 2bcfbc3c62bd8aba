import type { Command } from 'commander';
import { estimateTime } from '../run/estimate-time.js';
import { settingAt } from '../run/plan-run.js';
import { startEngine } from '../run/start-engine.js';
import { nameOf } from '../steps/load-data.js';
import { duration } from '../terminal/duration.js';
import { textTable } from '../terminal/text-table.js';
import { filled } from './option-values.js';
import { planOf, type RunFlags, runCommand } from './run-command.js';

export const planCommand = (): Command =>
  runCommand('plan', { out: false })
    .argument('[config]', 'configuration, YAML or JSON', filled)
    .summary('what train would do with the data, and how long it would take')
    .description(
      'Proposes the size of images, batches, widths and epochs of networks and the validation part from the data alone, and\n' +
        'the engine and the number of workers from this machine, whose speed it measures. `train` does the same and writes it\n' +
        'into the config.yaml of its run folder; what a configuration, an option or --set says goes before.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  diff-pipeline plan --data scans/lidc\n' +
        "  diff-pipeline plan --data scans --images 'images/{id}.png' --masks 'masks/{rater}/{id}.png' --labels labels.csv\n",
    )
    .action(printPlan);

/** What a run is judged by: settings that a plan shows even where they were told. */
const SHOWN = [
  'data.size',
  'train.validation',
  ...['width', 'batchSize', 'epochs'].map((key) => `diagnosis.${key}`),
  ...['width', 'filters', 'batchSize', 'epochs'].map((key) => `segmentation.${key}`),
];

async function printPlan(file: string | undefined, flags: RunFlags): Promise<void> {
  const { config, proposals, survey } = await planOf(file, flags);
  const { engine, workers } = await startEngine(config, flags.workers);
  const why = new Map(proposals.map(({ path, because }) => [path, because]));
  const rows = SHOWN.map((path) => [
    path,
    String(settingAt(config, path)),
    why.get(path) ?? 'as told, or by default',
  ]);
  rows.push(['engine', engine.name, config.engine ? 'as told' : `this machine: ${engine.device}`]);
  rows.push(['workers', String(workers), flags.workers ? 'as told' : 'this machine']);
  console.log(textTable(['setting', 'value', 'why'], rows));
  const { length } = survey.dataset;
  const name = nameOf(survey.dataset, config.data.root);
  const seconds = await estimateTime(config, survey, workers);
  console.log(
    `\n${length} cases of ${name}: about ${duration(seconds)} on this machine, less where trainings stop early.`,
  );
}
