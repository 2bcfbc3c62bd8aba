import type { Command, CommanderError } from 'commander';
import { explained } from '../run/failures.js';
import { UserError } from '../user-error.js';

/**
 * Does what the command line asks of a program. Whatever the user can put right is said in one sentence, and the exit code is
 * then that of the error: 2 for bad input, 1 for the machine, 130 when stopped.
 */
export async function runProgram(program: Command): Promise<void> {
  endWithReader();
  throwing(program);
  try {
    await program.parseAsync();
  } catch (thrown) {
    const error = explained(thrown);
    // Commander has said what is wrong, or printed the help or version that was asked for.
    if (isCommanderError(error)) process.exitCode = error.exitCode && 2;
    else if (error instanceof UserError) {
      console.error(`${program.name()}: ${error.message}`);
      process.exitCode = error.exitCode;
    } else throw error;
  }
}

/** By its code, since a program may have a copy of commander of its own. */
const isCommanderError = (error: unknown): error is CommanderError =>
  error instanceof Error && String((error as { code?: unknown }).code).startsWith('commander.');

/** Ends the program where nobody reads on, as in `--help | head`. */
function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
}

/** Makes a command and all within it throw where commander would end the process with code 1. */
function throwing(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwing);
}
