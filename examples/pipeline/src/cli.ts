#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { demoCommand } from './commands/demo.js';
import { evaluateCommand } from './commands/evaluate.js';
import { fuseCommand } from './commands/fuse.js';
import { predictCommand } from './commands/predict.js';
import { reportCommand } from './commands/report.js';
import { reproduceCommand } from './commands/reproduce.js';
import { trainCommand } from './commands/train.js';
import { UserError } from './user-error.js';

const program = new Command('diff-pipeline')
  .description('Learn from medical images that several experts outlined differently, diagnosis first.')
  .version('0.1.0');
for (const command of [
  demoCommand,
  fuseCommand,
  trainCommand,
  predictCommand,
  evaluateCommand,
  reportCommand,
  reproduceCommand,
])
  program.addCommand(command());
throwing(program);

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said what is wrong, or printed the help or version that was asked for.
  if (error instanceof CommanderError) process.exitCode = error.exitCode && 2;
  else if (error instanceof UserError) {
    console.error(`diff-pipeline: ${error.message}`);
    process.exitCode = error.exitCode;
  } else throw error;
}

/** Makes a command and all within it throw where commander would end the process with code 1. */
function throwing(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwing);
}
