import { bar } from './bar.js';
import { coloursOn } from './colours.js';
import { duration } from './duration.js';
import { type StatusLineOptions, statusLine } from './status-line.js';

export interface ProgressOptions extends StatusLineOptions {
  /** What is done to a case: `fused 3 of 10`. */
  verb: string;
  total: number;
  /** What was done before; it says nothing about how long the rest takes. */
  done?: number;
}

/** What must have been measured before the time left is told: less would be a guess. */
export const MEASURED = { seconds: 5, share: 0.02 } as const;

export interface Progress {
  to(done: number, note?: string): void;
  /** Clears the line. */
  end(): void;
}

/** How many cases are done, and how long the rest will take by the pace since this began. */
export function showProgress(options: ProgressOptions): Progress {
  const { verb, total, done: before = 0, stream = process.stderr, now = () => performance.now() } = options;
  const start = now();
  const line = statusLine({ stream, now, clock: options.clock });
  const { cyan } = coloursOn(stream);
  return {
    to(done, note) {
      const passed = (now() - start) / 1000;
      const measured = passed >= MEASURED.seconds && done - before >= MEASURED.share * (total - before);
      const left = measured && done > before ? (passed / (done - before)) * (total - done) : undefined;
      line.show(() =>
        [
          stream.isTTY ? cyan(bar(total ? done / total : 1)) : '',
          [
            `${verb} ${done} of ${total}${note ? ` (${note})` : ''}`,
            duration(passed),
            left === undefined ? 'time left not yet known' : `about ${duration(left)} left`,
          ].join(', '),
        ]
          .filter(Boolean)
          .join(' '),
      );
    },
    end: line.clear,
  };
}
