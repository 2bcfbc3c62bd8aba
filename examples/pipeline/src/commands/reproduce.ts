import { Command } from 'commander';
import { figure2Command } from '../reproduce/figure2.js';
import { figure4Command } from '../reproduce/figure4.js';
import { figure6Command } from '../reproduce/figure6.js';
import { malignancyCommand } from '../reproduce/malignancy.js';
import { table5Command } from '../reproduce/table5.js';
import { worthCommand } from '../reproduce/worth.js';

export function reproduceCommand(): Command {
  const command = new Command('reproduce').description('do the paper’s experiments again, in small');
  for (const experiment of [
    figure2Command,
    malignancyCommand,
    figure4Command,
    figure6Command,
    worthCommand,
    table5Command,
  ])
    command.addCommand(experiment());
  return command;
}
