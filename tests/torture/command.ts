import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
/** From their sources. */
const programs = {
  'diff-pipeline': path('../../packages/pipeline/src/cli/main.ts'),
  reproduce: path('../../examples/reproduce/src/main.ts'),
};

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
}

export interface CommandOptions {
  /** Kills the process right after so many of its renames in one thread. */
  killAfterRename?: number;
  /** Kills it after so many milliseconds. */
  killAfter?: number;
  /** Default: `diff-pipeline`. */
  program?: keyof typeof programs;
}

/** Runs a program from its sources. */
export function command(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const { killAfterRename, killAfter, program = 'diff-pipeline' } = options;
  const hook = killAfterRename === undefined ? [] : ['--import', path('kill-after-rename.mjs')];
  const child = spawn(
    process.execPath,
    ['--conditions=@diff/source', '--import', 'tsx', ...hook, programs[program], ...args],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, KILL_AFTER_RENAME: `${killAfterRename}` } },
  );
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve) =>
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stderr });
    }),
  );
}

/** Whether an error was told in a sentence, not by a stack. */
export const isSentence = (stderr: string) =>
  /^(?:diff-pipeline|reproduce): .+$/m.test(stderr) && !/^ +at /m.test(stderr);
