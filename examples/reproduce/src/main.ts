// npm run reproduce -- <what>: the paper's figures and tables, done again in small.
import { runProgram } from 'diff-pipeline/cli';
import { reproduceCommand } from './command.js';

await runProgram(reproduceCommand());
