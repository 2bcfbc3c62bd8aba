import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Part } from './part.js';

/** What the reader of one file came to. */
export interface Read {
  kind: string;
  failure?: string;
}

/** Seconds and megabytes that a file may cost; on a machine that does much else, time is no measure of a reader. */
const PATIENCE = 60_000;

/**
 * What a program tries that tells each outcome: malformed files of every format and layout, made by mutation of small good ones
 * (`read-hostile.ts`), or calls that mean nothing (`call-hostile.ts`). It is a process of its own, so that one that hangs or
 * fills the memory is seen.
 */
export const hostile = (script: 'read-hostile.ts' | 'call-hostile.ts'): Part =>
  async function* ({ place, random, more, whole }) {
    let seed = random.integer(1 << 30);
    for (let tries = 0; more() || (whole && tries < 1); tries++, seed++) {
      const child = fork(fileURLToPath(new URL(script, import.meta.url)), [place, String(seed)], {
        execArgv: ['--conditions=@diff/source', '--import', 'tsx', '--max-old-space-size=512'],
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      });
      const heard: Read[] = [];
      let wake = () => {};
      let over = false;
      let stderr = '';
      child.stderr!.on('data', (text) => {
        stderr = `${stderr}${text}`.slice(-2000);
      });
      let at = 'the start';
      // Programs start slowly where much else is done.
      let timer = setTimeout(() => child.kill('SIGKILL'), 10 * PATIENCE);
      child.on('message', (message: Read | { reading: string }) => {
        clearTimeout(timer);
        timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
        if ('reading' in message) at = message.reading;
        else heard.push(message);
        wake();
      });
      child.on('exit', (code) => {
        clearTimeout(timer);
        if (code !== 0 && !stopped) heard.push({ kind: at, failure: `the process ended or hung: ${stderr}` });
        over = true;
        wake();
      });
      let stopped = false;
      while (!over || heard.length) {
        const next = heard.shift();
        if (next) yield next;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        if ((tries || !whole) && !more() && !stopped) {
          stopped = true;
          child.kill('SIGKILL');
        }
      }
    }
  };
