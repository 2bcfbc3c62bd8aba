import { Command } from 'commander';
import { UserError } from 'diff-pipeline';
import { workerCommand } from 'diff-pipeline/cli';
import { experiments, experimentsTable } from './experiments.js';
import { queueOf } from './shared/cells.js';
import { tasksOfCells } from './shared/tasks-of-cells.js';

export function reproduceCommand(): Command {
  const command = new Command('reproduce')
    .description('do the paper’s experiments again, in small')
    .option('--list', 'what there is: of which part of the paper, at which scale, how long it takes')
    .argument('[experiment]')
    .action((unknown: string | undefined, { list }: { list?: boolean }) => {
      if (unknown !== undefined)
        throw new UserError(
          `reproduce ${unknown}: expected one of ${experiments.map(({ command }) => command().name()).join(', ')}`,
        );
      if (list) console.log(experimentsTable());
      else command.help({ error: true });
    });
  for (const experiment of experiments) command.addCommand(experiment.command());
  command.addCommand(
    workerCommand({
      ...{ name: 'npm run reproduce --', source: 'reproduce … --queue' },
      ...{ kindOf: queueOf, tasks: () => tasksOfCells },
    }),
  );
  return command;
}
