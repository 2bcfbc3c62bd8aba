import { appendFileSync, existsSync, readFileSync } from 'node:fs';

export type Log = (event: string, details?: object) => void;

/** Appends to a log of one JSON object a line: when, what, and more. A line that a killed run left open is closed. */
export function openLog(path: string): Log {
  const open = existsSync(path) && !/(?:^|\n)$/.test(readFileSync(path, 'utf8'));
  let before = open ? '\n' : '';
  return (event, details) => {
    const line = JSON.stringify({ time: new Date().toISOString(), event, ...details });
    appendFileSync(path, `${before}${line}\n`);
    before = '';
  };
}
