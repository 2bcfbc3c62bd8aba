import type { Case } from '@diff/datasets/phantom';
import { useEffect, useState } from 'preact/hooks';
import type { PhantomSettings } from './cases/phantom-of.js';
import { inWorker } from './in-worker.js';

/** The visitor's own case, else the phantom that the settings name, drawn in a worker; the one before until it is there. */
export function useCase(
  { kind, seed, index, size }: PhantomSettings,
  own: Case | undefined,
  fail: (problem: string) => void,
): Case | undefined {
  const [drawn, setDrawn] = useState<Case>();
  const isOwn = own !== undefined;
  // `fail` is another function each time, and does the same.
  useEffect(() => {
    if (isOwn) return;
    const stop = new AbortController();
    inWorker('phantom', [{ kind, seed, index, size }], stop.signal).then(setDrawn, (error: Error) => {
      if (!stop.signal.aborted) fail(`The phantom cannot be drawn: ${error.message}.`);
    });
    return () => stop.abort();
  }, [kind, seed, index, size, isOwn]);
  return own ?? drawn;
}
