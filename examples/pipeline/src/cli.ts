#!/usr/bin/env node
import { Command } from 'commander';
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

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`diff-pipeline: ${error.message}`);
  process.exitCode = error.exitCode;
}
