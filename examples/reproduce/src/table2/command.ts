import { Command } from 'commander';
import { wholeNumber } from 'diff-pipeline/cli';
import { publish } from '../shared/page.js';
import { type PipelineOptions, pipelineRuns, withPipelineOptions } from '../shared/pipeline-runs.js';
import { table2 } from './table.js';

/** The paper's Table 2 in small: T&G on DF-GT against a segmentation baseline on DF-GT, MV and STAPLE. */
export const table2Command = () =>
  withPipelineOptions(new Command('table2'))
    .description('soft Dice of T&G and the baselines against every rater and fused label, and AUC by judge')
    .option('--seeds <n>', 'rounds on each phantom; of LIDC there are 5 folds', wholeNumber(1), 3)
    .action(async (options: PipelineOptions & { seeds: number }) => {
      for await (const { task, results, origin } of pipelineRuns(options)) {
        const body = `**${task}**\n\n${table2(results)}`;
        await publish({ section: `table2-${task}`, body, ...origin }, options.write);
      }
    });
