import type { Command } from 'commander';
import { type RunFlags, run, runCommand } from './run-command.js';

export const demoCommand = (): Command =>
  runCommand('demo')
    .summary('everything once, in a few minutes, on images that it draws itself')
    .description(
      'Draws fundus photographs that seven raters outlined (or, with --data, reads a folder) and goes the whole way, from\n' +
        'the split by patient to a report, with default settings. It is train without a configuration.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  diff-pipeline demo\n' +
        '  diff-pipeline demo --set data.phantom=skin\n' +
        '  diff-pipeline demo --data scans/lidc\n',
    )
    .action((flags: RunFlags) => run(undefined, flags));
