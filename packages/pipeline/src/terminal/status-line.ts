import { stripVTControlCharacters } from 'node:util';
import { checkCallbacks, checkFunction, checkOptions } from '@diff/checks';
// log-update: several lines that change in place. Of the kept ones (cli-progress has had no release since 2023, listr2 wants to
// run the tasks itself) it does this and nothing else.
import { createLogUpdate } from 'log-update';

/** A stream that lines are written to. */
export interface LineStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export interface StatusLineOptions {
  /** Default: standard error. */
  stream?: LineStream;
  /** Milliseconds since any moment. */
  now?: () => number;
  /** What time it is, for lines elsewhere than on a terminal. */
  clock?: () => Date;
}

/**
 * How far something is, on standard error: on a terminal lines that change in place, elsewhere one line every five seconds, with
 * the time.
 */
export function statusLine(options: StatusLineOptions = {}) {
  checkOptions('statusLine', options, ['stream', 'now', 'clock']);
  checkCallbacks('statusLine', options, ['now', 'clock']);
  const { now = () => performance.now(), clock = () => new Date() } = options;
  const { stream = process.stderr as LineStream } = options;
  checkFunction('statusLine', 'stream.write', stream?.write);
  const every = stream.isTTY ? 100 : 5000;
  const update = stream.isTTY
    ? createLogUpdate(stream as NodeJS.WriteStream, { showCursor: true })
    : undefined;
  let last = stream.isTTY ? Number.NEGATIVE_INFINITY : now();
  return {
    /** Shows what `text` gives, if it is time for it or it is `important`. `bars` are above it on a terminal. */
    show(text: () => string, important = false, bars: () => readonly string[] = () => []): void {
      const time = now();
      if (time - last < every && !important) return;
      last = time;
      if (update) update([...bars(), text()].map((line) => cut(line, stream.columns)).join('\n'));
      else stream.write(`${clock().toISOString().slice(0, 19)}Z ${text()}\n`);
    },
    /** Makes way for other output. */
    clear(): void {
      update?.clear();
    },
  };
}

/** A line that is wider than the terminal would be broken in two. Colours have no width; a line that is cut loses them. */
function cut(line: string, columns = 80): string {
  const seen = stripVTControlCharacters(line);
  return seen.length < columns ? line : seen.slice(0, columns - 1);
}
