import type { Command } from 'commander';
import { filled } from './option-values.js';
import { queueOption } from './queue-option.js';
import { type RunFlags, run, runCommand } from './run-command.js';

export const trainCommand = (): Command =>
  runCommand('train')
    .argument('[config]', 'configuration, YAML or JSON; config.schema.json says what it may hold', filled)
    .addOption(queueOption('diff-pipeline worker'))
    .summary('from data to trained networks, their scores and a report')
    .description(
      'Reads the data, splits it by patient, trains the diagnosis networks on the mean vote, fits DF-GT, trains the\n' +
        'segmentation networks, predicts and scores the test cases, and writes a report. Without data it draws a phantom.\n\n' +
        'Everything is kept in the run folder as soon as it is done: stopped or killed, the same command goes on. With other\n' +
        'settings it does again what depends on them.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  diff-pipeline train --data scans/lidc --set data.folds=5\n' +
        "  diff-pipeline train --data scans --images 'images/{id}.png' --masks 'masks/{rater}/{id}.png' --labels labels.csv\n" +
        '  diff-pipeline train study.yaml --out runs/study --set segmentation.epochs=50 --set engine=node\n',
    )
    .action((file: string | undefined, flags: RunFlags) => run(file, flags));
