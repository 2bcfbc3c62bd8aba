import { Command } from 'commander';
import { experiments, experimentsTable } from '../reproduce/experiments.js';

export function reproduceCommand(): Command {
  const command = new Command('reproduce')
    .description('do the paper’s experiments again, in small')
    .option('--list', 'what there is: of which part of the paper, at which scale, how long it takes')
    .action(({ list }: { list?: boolean }) => {
      if (list) console.log(experimentsTable());
      else command.help({ error: true });
    });
  for (const experiment of experiments) command.addCommand(experiment.command());
  return command;
}
