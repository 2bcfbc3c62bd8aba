import { Command } from 'commander';
import { writeReport } from '../report/report.js';
import { filled } from './option-values.js';

export const reportCommand = (): Command =>
  new Command('report')
    .description('make the report of a finished run again, from its folder alone')
    .argument('<run folder>', 'what train or demo wrote', filled)
    .option('--out <file>', 'where it goes (default: report.html in the folder)', filled)
    .action(async (folder: string, { out }: { out?: string }) => {
      console.log(await writeReport(folder, out));
    });
