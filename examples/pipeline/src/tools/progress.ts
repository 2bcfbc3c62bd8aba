import { duration } from '../duration.js';

export interface ProgressOptions {
  /** What is done to a case: `fused 3 of 10`. */
  verb: string;
  total: number;
  /** What was done before; it says nothing about how long the rest takes. */
  done?: number;
  stream?: { isTTY?: boolean; write(text: string): unknown };
  /** Milliseconds. */
  now?: () => number;
}

export interface Progress {
  to(done: number, note?: string): void;
  /** Clears the line. */
  end(): void;
}

/** How far something is and how long the rest will take: one line that changes on a terminal, else one every 5 s. */
export function showProgress(options: ProgressOptions): Progress {
  const { verb, total, done: before = 0, stream = process.stderr, now = () => performance.now() } = options;
  const start = now();
  const every = stream.isTTY ? 100 : 5000;
  let shown = stream.isTTY ? Number.NEGATIVE_INFINITY : start;
  return {
    to(done, note) {
      const time = now();
      if (time - shown < every) return;
      shown = time;
      const left = done > before ? ((time - start) / (done - before)) * (total - done) : undefined;
      const parts = [
        `${verb} ${done} of ${total}${note ? ` (${note})` : ''}`,
        duration((time - start) / 1000),
        left === undefined ? 'time left not yet known' : `about ${duration(left / 1000)} left`,
      ];
      const line = parts.join(', ');
      stream.write(stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    },
    end() {
      if (stream.isTTY) stream.write('\r\x1b[K');
    },
  };
}
