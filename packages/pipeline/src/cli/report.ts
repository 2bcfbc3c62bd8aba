import { Command } from 'commander';
import { writeComparison, writeReport } from '../report/report.js';
import { filled } from './option-values.js';

export const reportCommand = (): Command =>
  new Command('report')
    .summary('make the report of a finished run again, or set two runs side by side')
    .description(
      'Makes the report of a finished run again, from its folder alone. Of two runs it writes one page: the settings in which they\n' +
        'differ, their soft Dice, HD95 and AUC, and the difference per arm, paired by case where both tested the same cases.',
    )
    .argument('<run folder>', 'what train or demo wrote', filled)
    .argument('[other run folder]', 'a second run, to be compared with the first', filled)
    .option(
      '--out <file>',
      'where it goes (default: report.html in the folder, of two runs compared.html in the second)',
      filled,
    )
    .addHelpText(
      'after',
      '\nExamples:\n  diff-pipeline report runs/a\n  diff-pipeline report runs/a runs/b --out a-and-b.html\n',
    )
    .action(async (folder: string, other: string | undefined, { out }: { out?: string }) => {
      console.log(
        await (other === undefined ? writeReport(folder, out) : writeComparison(folder, other, out)),
      );
    });
