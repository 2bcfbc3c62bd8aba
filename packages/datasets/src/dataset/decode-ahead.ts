/**
 * Results of `load` in the order of `items`, at most `ahead` of them begun beyond the one being consumed. So no more
 * than `ahead + 1` results are alive in here at any moment, the one last yielded included. A consumer that stops
 * early, an abort, and a load that throws all abort the loads under way.
 */
export async function* decodeAhead<T, U>(
  items: readonly T[],
  load: (item: T, signal: AbortSignal) => Promise<U>,
  { ahead, signal }: { ahead: number; signal?: AbortSignal },
): AsyncGenerator<U, void, undefined> {
  const stop = new AbortController();
  const abort = () => stop.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', abort, { once: true });
  const pending: Promise<U>[] = [];
  let next = 0;
  const begin = () => {
    const loading = load(items[next++]!, stop.signal);
    // A failure is met when its turn comes; until then it must not count as unhandled.
    loading.catch(() => {});
    pending.push(loading);
  };
  try {
    while (next < items.length || pending.length > 0) {
      while (pending.length < Math.max(1, ahead) && next < items.length) begin();
      const loaded = await pending.shift()!;
      signal?.throwIfAborted();
      // The slot that this result left is filled before the consumer gets to work on it.
      if (ahead > 0 && next < items.length) begin();
      yield loaded;
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    stop.abort(new DOMException('The consumer stopped.', 'AbortError'));
  }
}
