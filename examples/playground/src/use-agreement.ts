import { useEffect, useState } from 'preact/hooks';
import type { Agreement } from './agreement.js';
import type { Fused } from './fusions.js';
import { inWorker } from './in-worker.js';

/** Milliseconds without a change. */
const PAUSE = 250;

/** How far raters agree, as soon as a worker knows it. */
export function useAgreement(
  masks: readonly Uint8Array[],
  fused: Fused | undefined,
  fail: (problem: string) => void,
): Agreement | undefined {
  const [found, setFound] = useState<{ of: Fused; agreement: Agreement }>();
  // `fail` is another function each time, and what is fused says which masks.
  useEffect(() => {
    if (!fused) return;
    const stop = new AbortController();
    // Not for what is fused in passing.
    const start = setTimeout(() => {
      inWorker('agreement', [masks, fused.maps.STAPLE], stop.signal).then(
        (agreement) => setFound({ of: fused, agreement }),
        (error: Error) => {
          if (!stop.signal.aborted) fail(`Raters cannot be compared: ${error.message}.`);
        },
      );
    }, PAUSE);
    return () => {
      clearTimeout(start);
      stop.abort();
    };
  }, [fused]);
  return found?.of === fused ? found?.agreement : undefined;
}
