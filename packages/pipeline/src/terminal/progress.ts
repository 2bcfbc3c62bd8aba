import { duration } from './duration.js';
import { type LineStream, statusLine } from './status-line.js';

export interface ProgressOptions {
  /** What is done to a case: `fused 3 of 10`. */
  verb: string;
  total: number;
  /** What was done before; it says nothing about how long the rest takes. */
  done?: number;
  stream?: LineStream;
  /** Milliseconds. */
  now?: () => number;
}

export interface Progress {
  to(done: number, note?: string): void;
  /** Clears the line. */
  end(): void;
}

/** How many cases are done, and how long the rest will take by the pace since this began. */
export function showProgress(options: ProgressOptions): Progress {
  const { verb, total, done: before = 0, stream, now = () => performance.now() } = options;
  const start = now();
  const line = statusLine(stream, now);
  return {
    to(done, note) {
      const passed = (now() - start) / 1000;
      const left = done > before ? (passed / (done - before)) * (total - done) : undefined;
      line.show(() =>
        [
          `${verb} ${done} of ${total}${note ? ` (${note})` : ''}`,
          duration(passed),
          left === undefined ? 'time left not yet known' : `about ${duration(left)} left`,
        ].join(', '),
      );
    },
    end: line.clear,
  };
}
