#!/usr/bin/env node
import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { demoCommand } from './demo.js';
import { evaluateCommand } from './evaluate.js';
import { fuseCommand } from './fuse.js';
import { learnExpertnessCommand } from './learn-expertness.js';
import { planCommand } from './plan.js';
import { predictCommand } from './predict.js';
import { reportCommand } from './report.js';
import { runProgram } from './run-program.js';
import { trainCommand } from './train.js';
import { workerCommand } from './worker.js';

const program = new Command('diff-pipeline')
  .description('Learn from medical images that several experts outlined differently, diagnosis first.')
  .version(manifest.version);
for (const command of [
  demoCommand,
  fuseCommand,
  learnExpertnessCommand,
  planCommand,
  trainCommand,
  workerCommand,
  predictCommand,
  evaluateCommand,
  reportCommand,
])
  program.addCommand(command());
await runProgram(program);
