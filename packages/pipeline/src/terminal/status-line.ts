export interface LineStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** How far something is, on standard error: on a terminal one line that changes, elsewhere a line every five seconds. */
export function statusLine(stream: LineStream = process.stderr, now: () => number = () => performance.now()) {
  const every = stream.isTTY ? 100 : 5000;
  let last = stream.isTTY ? Number.NEGATIVE_INFINITY : now();
  return {
    /** Shows what `text` gives, if it is time for it or it is `important`. */
    show(text: () => string, important = false): void {
      const time = now();
      if (time - last < every && !important) return;
      last = time;
      stream.write(stream.isTTY ? `\r${text().slice(0, (stream.columns ?? 80) - 1)}\u001b[K` : `${text()}\n`);
    },
    /** Makes way for other output. */
    clear(): void {
      if (stream.isTTY) stream.write('\r\u001b[K');
    },
  };
}
