import { spawn } from 'node:child_process';

export class Failed extends Error {
  constructor(
    readonly program: string,
    /** `ENOENT` where there is no such program. */
    readonly code: number | string | null,
    readonly output: string,
  ) {
    super(`${program} failed (${code}): ${output.trim().split('\n').slice(-8).join('\n')}`);
  }
}

/** Runs a program to its end and returns what it printed; it is killed when `signal` aborts. */
export function run(
  program: string,
  args: string[],
  { signal, env, cwd }: { signal?: AbortSignal; env?: Record<string, string>; cwd?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      signal,
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let all = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      all += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      all += text;
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(signal?.aborted ? signal.reason : new Failed(program, error.code ?? error.message, all)),
    );
    child.on('close', (code, killedBy) =>
      code === 0
        ? resolve(out)
        : reject(signal?.aborted ? signal.reason : new Failed(program, code ?? killedBy, all)),
    );
  });
}
